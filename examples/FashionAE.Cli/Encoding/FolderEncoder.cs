using CsvHelper;
using FashionAE.Cli.Images;
using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Cli.Encoding;

/// <summary>Encodes the images of a folder into a table, a batch at a time.</summary>
internal sealed class FolderEncoder(MLContext ml, EncodingModel model, bool invert, int batchSize)
{
    // Names come from outside: in a spreadsheet none of them shall run as a formula.
    private static readonly CsvWriterOptions Table = new() { Injection = CsvInjection.Escape };

    /// <summary>Writes a row for every image that can be read.</summary>
    public void Encode(ImageFiles files, Stream table, Action done, CancellationToken cancellationToken)
    {
        using var csv = CsvWriter.Create(table, Table, leaveOpen: true);
        csv.WriteHeader(["File", .. Enumerable.Range(1, model.Network.LatentSize).Select(i => $"Latent{i}"), "Mse", "Psnr", "Ssim"]);
        var data = ImagesOf(files.Read(done, cancellationToken));
        DataViewSchema.Column[] needed = [data.Schema[model.Column], data.Schema[ModelInputView.PathColumn]];
        using var cursor = data.GetRowCursor(needed);
        var image = cursor.GetGetter<VBuffer<float>>(needed[0]);
        var path = cursor.GetGetter<ReadOnlyMemory<char>>(needed[1]);
        var capacity = Math.Min(batchSize, files.Names.Count);
        var size = model.Network.ImageShape.Size;
        var (pixels, names) = (new float[(long)capacity * size], new List<string>(capacity));
        var (pixelValues, pathValue) = (default(VBuffer<float>), default(ReadOnlyMemory<char>));
        while (cursor.MoveNext())
        {
            image(ref pixelValues);
            path(ref pathValue);
            pixelValues.CopyTo(pixels.AsSpan(names.Count * size, size));
            names.Add(files.NameOf($"{pathValue}"));
            if (names.Count == capacity)
                WriteBatch();
        }
        if (names.Count > 0)
            WriteBatch();

        void WriteBatch()
        {
            var codes = ImageCodes.Of(model.Network, pixels, names.Count);
            Write(csv, names, codes);
            names.Clear();
        }
    }

    /// <summary>The images as the autoencoder sees them: what the steps before it make of the pixels.</summary>
    private IDataView ImagesOf(IEnumerable<ImageFileRow> rows)
    {
        var files = ml.Data.LoadFromEnumerable(rows);
        var pixels = ml.Transforms.ConvertToPixels("Pixels", "Image", new PixelOptions { Shape = model.Network.ImageShape, Invert = invert }).Fit(files).Transform(files);
        return model.Steps.Aggregate((IDataView)new ModelInputView(pixels, model, pixelsAlone: invert), (data, step) => step.Transform(data));
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
