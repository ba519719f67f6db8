using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;
using SkiaSharp;

/// <summary>An encoder of garments, 28x28 pixels each; may be used by several threads.</summary>
public sealed class Encoder(string model) : IDisposable
{
    private const int LargestSide = 2048;

    private static readonly MLContext Ml = new();
    private readonly TransformerChain<ITransformer> _model = (TransformerChain<ITransformer>)Ml.Model.Load(model, out _);

    /// <summary>Trains on the four files of Fashion-MNIST in a folder and saves what serves.</summary>
    public static void Train(string data, string model, int epochs = 10)
    {
        var ml = new MLContext(seed: 1);
        ml.Log += (_, e) =>
        {
            if (e.Kind >= ChannelMessageKind.Info) // below are traces, of every batch too
                Console.WriteLine(e.RawMessage);
        };
        var train = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train, data);
        // Each batch is a step. The log warns of fewer than 200 steps, and more are better: these 1,550 images make 49 an epoch.
        // Your own images: the fewer there are, the more epochs. From 10,000 on a batch of 128 makes enough steps, too, and is faster.
        // Load them with LoadPixels("Pixels", folder, new ImageShape(1, 28, 28), "ImagePath") before the encoder.
        var options = new AutoencoderOptions { LatentSize = 2, BatchSize = 32, Epochs = epochs };
        var pipeline = ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options)
            .Append(ml.Transforms.NormalizeMeanVariance("Scaled", "Code"));
        using var fitted = pipeline.Fit(train);
        ml.Model.Save(fitted.GetModelFor(TransformerScope.Scoring), train.Schema, model);
    }

    /// <summary>Encodes a PNG or JPEG file: light garment on dark ground, of any size up to 2,048 pixels a side.</summary>
    /// <exception cref="InvalidDataException">It is no such file; the message is one line that says what to do.</exception>
    public float[] Encode(byte[] file)
    {
        using var image = Decode(file);
        var picture = Ml.Data.LoadFromEnumerable([new Picture { Image = image }]);
        var pixels = Ml.Transforms.ConvertToPixels("Pixels", new ImageShape(1, 28, 28), "Image").Fit(picture).Transform(picture);
        return _model.Transform(pixels).GetColumn<float[]>("Scaled").Single();
    }

    public void Dispose() => _model.Dispose();

    // MLImage.CreateFromStream would accept a part of a picture, and decode before anybody knows the size: a small file can hold gigabytes.
    private static MLImage Decode(byte[] file)
    {
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data) ?? throw new InvalidDataException("The body is not a picture: post a PNG or JPEG file.");
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (width > LargestSide || height > LargestSide)
            throw new InvalidDataException($"The picture has {width}x{height} pixels: post one of at most {LargestSide} on a side.");
        var rgba = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul);
        if (codec.GetPixels(rgba, out var pixels) != SKCodecResult.Success)
            throw new InvalidDataException("The picture is damaged or incomplete: post the whole file.");
        return MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, pixels);
    }

    private sealed class Picture
    {
        [ImageType(1, 1)] // any size: ConvertToPixels resizes
        public MLImage? Image { get; set; }
    }
}
