using System.Drawing;
using CsvHelper;
using FashionAE.Cli.Images;
using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Cli.Encoding;

/// <summary>Encodes the images of a folder into a table, a batch at a time.</summary>
internal sealed class FolderEncoder(MLContext ml, EncodingModel model, PixelOptions options, int batchSize)
{
    // Names come from outside: in a spreadsheet none of them shall run as a formula.
    private static readonly CsvWriterOptions Table = new() { Injection = CsvInjection.Escape };

    private readonly PixelOptions _options = options with { Shape = model.Network.ImageShape };

    /// <summary>Writes a row for every image that can be read, from one file to before another.</summary>
    public void Encode(ImageFiles files, int start, int end, Stream table, Action done, CancellationToken cancellationToken)
    {
        using var csv = CsvWriter.Create(table, Table, leaveOpen: true);
        csv.WriteHeader(["File", .. Enumerable.Range(1, model.Network.LatentSize).Select(i => $"Latent{i}"), "Mse", "Psnr", "Ssim"]);
        var batch = (Start: start, End: start);
        var read = new List<string>();
        var data = ImagesOf(Rows());
        DataViewSchema.Column[] needed = [data.Schema[model.Column], data.Schema[ModelInputView.PathColumn]];
        var size = model.Network.ImageShape.Size;
        var pixels = new float[(long)Math.Min(batchSize, end - start) * size];
        // A batch is so many files, not so many that can be read: which ones share it does not depend on others.
        for (var i = start; i < end; i += batchSize)
        {
            // Before the cursor is made: ML.NET may read the rows on another thread from then on.
            (batch, read) = ((i, (int)Math.Min((long)i + batchSize, end)), []);
            if (ReadBatch() is { Count: > 0 } names)
                Write(csv, names, ImageCodes.Of(model.Network, pixels, names.Count));
        }

        IEnumerable<ImageFileRow> Rows()
        {
            foreach (var row in files.Read(batch.Start, batch.End, _options, done, cancellationToken))
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
            // None is lost in silence.
            foreach (var name in read.Except(names))
                files.AddLeftOut(name);
            return names;
        }
    }

    /// <summary>The images as the autoencoder sees them: what the steps before it make of the pixels.</summary>
    private IDataView ImagesOf(IEnumerable<ImageFileRow> rows)
    {
        var changesPixels = _options.Invert || !_options.Upright || _options.Background.ToArgb() != Color.Black.ToArgb();
        var input = new ModelInputView(ml.Data.LoadFromEnumerable(rows), model, changesPixels);
        return model.Steps.Aggregate((IDataView)input, (data, step) => step.Transform(data));
    }

    private void Write(CsvWriter csv, List<string> names, ImageCodes codes)
    {
        var length = model.Network.LatentSize;
        for (var i = 0; i < names.Count; i++)
        {
            csv.WriteField(names[i]);
            foreach (var value in (ReadOnlySpan<float>)[.. codes.Latent.AsSpan(i * length, length), codes.Mse[i], codes.Psnr[i], codes.Ssim[i]])
                csv.WriteField(value);
            csv.EndRecord();
        }
    }
}
