using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Extensions.Tests.Support;

/// <summary>Saves two small encoders of garments with different weights as pipelines, and provides pictures to encode.</summary>
public sealed class SavedModels : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly ImageSet _images = FashionMnist.Load(FashionMnistSplit.Test, Path.Combine(AppContext.BaseDirectory, "sample"));

    public SavedModels()
    {
        Pictures = [.. Enumerable.Range(0, 24).Select(i => Png(i))];
        (First, Second) = (Save("first.zip", seed: 1), Save("second.zip", seed: 2));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("fashionae-extensions-").FullName;

    public string First { get; }

    public string Second { get; }

    /// <summary>Gets garments as PNG files.</summary>
    public byte[][] Pictures { get; }

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Gets the pixels of a garment.</summary>
    public float[] PixelsOf(int index) => Pixels(_images.Select([index]));

    /// <summary>Encodes the garments with a saved pipeline in a view, without a service.</summary>
    public float[][] Codes(string model, string column = "Scaled")
    {
        using var loaded = (TransformerChain<ITransformer>)_ml.Model.Load(model, out _);
        return [.. loaded.Transform(View).GetColumn<float[]>(column)];
    }

    public void Dispose()
    {
        _images.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    public IDataView View => _ml.Data.TakeRows(_ml.Data.LoadFromImageSet(_images), Pictures.Length);

    private string Save(string name, int seed)
    {
        var options = new AutoencoderOptions
        {
            Architecture = new DenseArchitecture(FashionMnist.Shape, 3) { HiddenSizes = [16] },
            Epochs = 1,
            Seed = seed,
        };
        using var model = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options)
            .Append(_ml.Transforms.NormalizeMeanVariance("Scaled", "Code")).Fit(View);
        _ml.Model.Save(model, View.Schema, PathOf(name));
        return PathOf(name);
    }

    private byte[] Png(int index)
    {
        var bytes = PixelsOf(index).SelectMany(value => Enumerable.Repeat((byte)Math.Round(255 * value), 3).Append(byte.MaxValue));
        using var image = MLImage.CreateFromPixels(28, 28, MLPixelFormat.Bgra32, [.. bytes]);
        var path = PathOf($"{index}.png");
        image.Save(path);
        return File.ReadAllBytes(path);
    }

    private static float[] Pixels(ImageSet images)
    {
        using (images)
        using (var batch = images.Batch(0, 1))
            return batch.data<float>().ToArray();
    }
}
