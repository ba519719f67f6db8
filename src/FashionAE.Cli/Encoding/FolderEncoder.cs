using System.Drawing;
using System.Runtime.InteropServices;
using CsvHelper;
using static TorchSharp.torch;

namespace FashionAE.Cli;

/// <summary>Encodes the images of a folder into a table, batch by batch.</summary>
internal sealed class FolderEncoder(MLContext ml, EncodingModel model, ImageFiles files, PixelOptions options, int batchSize)
{
    // File names are not trusted: a spreadsheet must not run one as a formula.
    private static readonly CsvWriterOptions Table = new() { Injection = CsvInjection.Escape };

    public PixelOptions Options => options;
    public int BatchSize => batchSize;

    /// <summary>Writes a row for every readable image in the range from start to end (exclusive).</summary>
    public void Encode(int start, int end, Stream table, Action done, CancellationToken cancellationToken)
    {
        using var csv = CsvWriter.Create(table, Table, leaveOpen: true);
        csv.WriteHeader(["File", .. Enumerable.Range(1, model.Network.LatentSize).Select(i => $"Latent{i}"), "Mse", "Psnr", "Ssim"]);
        var batch = (Start: start, End: start);
        var read = new List<string>();
        var data = ImagesOf(Rows());
        DataViewSchema.Column[] needed = [data.Schema[model.Column], data.Schema[ModelInputView.PathColumn]];
        var size = model.Shape.Size;
        var pixels = new float[(long)Math.Min(batchSize, end - start) * size];
        // A batch has a fixed number of files, readable or not: a file's batch does not depend on errors in other files.
        for (var i = start; i < end; i += batchSize)
        {
            // Set these before the cursor is created: from then on, ML.NET may read rows on another thread.
            (batch, read) = ((i, (int)Math.Min((long)i + batchSize, end)), []);
            if (ReadBatch() is { Count: > 0 } names)
                Write(csv, names, pixels);
        }

        IEnumerable<ImageFileRow> Rows()
        {
            var shaped = options with { Shape = model.Shape };
            foreach (var row in files.Read(batch.Start, batch.End, shaped, done, cancellationToken))
            {
                read.Add(files.NameOf(row.Path));
                yield return row;
            }
        }

        List<string> ReadBatch()
        {
            using var cursor = data.GetRowCursor(needed);
            var image = cursor.GetGetter<VBuffer<float>>(needed[0]);
            var path = cursor.GetGetter<ReadOnlyMemory<char>>(needed[1]);
            var names = new List<string>();
            var (pixelValues, pathValue) = (default(VBuffer<float>), default(ReadOnlyMemory<char>));
            while (cursor.MoveNext())
            {
                image(ref pixelValues);
                path(ref pathValue);
                pixelValues.CopyTo(pixels.AsSpan(names.Count * size, size));
                names.Add(files.NameOf($"{pathValue}"));
            }
            // Report rows that a step of the model dropped.
            foreach (var name in read.Except(names))
                files.AddLeftOut(name);
            return names;
        }
    }

    /// <summary>Applies the steps before the autoencoder to the pixels.</summary>
    private IDataView ImagesOf(IEnumerable<ImageFileRow> rows)
    {
        var changesPixels = options.Invert || !options.Upright || options.Background.ToArgb() != Color.Black.ToArgb();
        var input = new ModelInputView(ml.Data.LoadFromEnumerable(rows), model, changesPixels);
        return model.Steps.Aggregate((IDataView)input, (data, step) => step.Transform(data));
    }

    /// <summary>Encodes and decodes the first images of an array, and writes one row for each.</summary>
    private void Write(CsvWriter csv, List<string> names, float[] pixels)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (shape, count) = (model.Shape, names.Count);
        var images = empty(shape.Batch(count));
        MemoryMarshal.AsBytes(pixels.AsSpan(0, count * shape.Size)).CopyTo(images.bytes);
        var latent = model.Network.Encode(images);
        var decoded = model.Network.Decode(latent);
        // SSIM is NaN for images that are smaller than its window.
        var similarity = Math.Min(shape.Height, shape.Width) >= ImageQuality.SimilarityWindow
            ? ImageQuality.StructuralSimilarity(images, decoded)
            : tensor(Enumerable.Repeat(double.NaN, count).ToArray());
        var (mse, psnr) = (ImageQuality.MeanSquaredError(images, decoded), ImageQuality.PeakSignalToNoiseRatio(images, decoded));
        var table = cat([latent, stack([mse, psnr, similarity], 1).to(ScalarType.Float32)], 1);
        foreach (var (row, values) in table.data<float>().Chunk((int)table.shape[1]).Index())
        {
            csv.WriteField(names[row]);
            foreach (var value in values)
                csv.WriteField(value);
            csv.EndRecord();
        }
    }
}
