using System.Buffers.Binary;
using System.Text.Json.Serialization;
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Image;
using Microsoft.ML.Transforms.Onnx;

namespace ServeWithOnnx;

/// <summary>Scores PNG files of garments, from any number of threads at once.</summary>
internal sealed class GarmentScorer : IDisposable
{
    private const int Side = 28;
    private const int LargestSide = 2048;

    private readonly MLContext _ml = new();
    private readonly TransformerChain<OnnxTransformer> _model;
    private readonly ObjectPool<PredictionEngine<Garment, Score>> _engines;

    public GarmentScorer(string file)
    {
        var options = new OnnxOptions
        {
            ModelFile = file,
            InputColumns = ["Pixels"],
            OutputColumns = OutputsOf(file),
            IntraOpNumThreads = 1, // requests run side by side
        };
        _model = _ml.Transforms.ResizeImages("Image", Side, Side, resizing: ImageResizingEstimator.ResizingKind.Fill)
            .Append(_ml.Transforms.ConvertToGrayscale("Image"))
            .Append(_ml.Transforms.ExtractPixels("Pixels", "Image", ImagePixelExtractingEstimator.ColorBits.Red, scaleImage: 1 / 255f))
            .Append(_ml.Transforms.ApplyOnnxModel(options))
            .Fit(_ml.Data.LoadFromEnumerable<Garment>([]));
        _engines = new DefaultObjectPoolProvider().Create(new Engines(_ml, _model));
    }

    /// <summary>Gets a value indicating whether a black image is scored.</summary>
    public bool IsReady
    {
        get
        {
            using var image = MLImage.CreateFromPixels(Side, Side, MLPixelFormat.Bgra32, new byte[Side * Side * 4]);
            return float.IsFinite(Predict(image).Latent[0]);
        }
    }

    /// <exception cref="InvalidDataException">These bytes are no PNG file that can be scored.</exception>
    public Score Score(byte[] file)
    {
        CheckPng(file);
        MLImage image;
        try
        {
            image = MLImage.CreateFromStream(new MemoryStream(file));
        }
        catch (ArgumentException)
        {
            throw new InvalidDataException("The PNG file is damaged.");
        }
        using (image)
            return Predict(image);
    }

    public void Dispose() => _model.Dispose();

    private Score Predict(MLImage image)
    {
        var engine = _engines.Get();
        var score = engine.Predict(new Garment { Image = image });
        _engines.Return(engine);
        return score;
    }

    // An encoder gives Latent alone, a whole autoencoder Mse too, and one with a threshold IsAnomaly.
    private static string[] OutputsOf(string file)
    {
        using var session = new InferenceSession(file);
        return [.. session.OutputMetadata.Keys.Intersect(["Latent", "Mse", "IsAnomaly"])];
    }

    /// <summary>Looks at the size before anything is decoded: a small file can hold a picture of gigabytes.</summary>
    private static void CheckPng(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n\u001a\n"u8]))
            throw new InvalidDataException("The body is no PNG file.");
        if (file.Length < 45 || !file[^8..^4].SequenceEqual("IEND"u8))
            throw new InvalidDataException("The PNG file is incomplete.");
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(file[16..]), BinaryPrimitives.ReadUInt32BigEndian(file[20..]));
        if (width is 0 or > LargestSide || height is 0 or > LargestSide)
            throw new InvalidDataException($"The image has {width}x{height} pixels; it may have 1 to {LargestSide} on a side.");
    }

    /// <summary>Engines are not thread-safe: each request has one to itself. The model is shared.</summary>
    private sealed class Engines(MLContext ml, ITransformer model) : PooledObjectPolicy<PredictionEngine<Garment, Score>>
    {
        private readonly PredictionEngineOptions _options = new() { OwnsTransformer = false, IgnoreMissingColumns = true };

        public override PredictionEngine<Garment, Score> Create() => ml.Model.CreatePredictionEngine<Garment, Score>(model, _options);

        public override bool Return(PredictionEngine<Garment, Score> engine) => true;
    }
}

internal sealed class Garment
{
    [ImageType(28, 28)] // of any size in truth: the first step resizes it
    public MLImage? Image { get; set; }
}

internal sealed class Score
{
    public float[] Latent { get; set; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float[]? Mse { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool[]? IsAnomaly { get; set; }
}
