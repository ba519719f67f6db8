using System.Collections.Concurrent;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

/// <summary>An encoder of garments, 28x28 pixels each, by ONNX Runtime; may be used by several threads.</summary>
public sealed class Encoder(string model) : IDisposable
{
    private static readonly MLContext Ml = new();

    // A small file can hold gigabytes of pixels: its header is read first.
    private static readonly PixelOptions Pixels = new() { Shape = new ImageShape(1, 28, 28), MaximumPixels = 4_000_000 };

    private readonly TransformerChain<ITransformer> _model = (TransformerChain<ITransformer>)Ml.Model.Load(model, out _);

    // The model is shared, an engine is for one call at a time.
    private readonly ConcurrentBag<PredictionEngine<Garment, Coded>> _engines = [];

    /// <summary>Trains by libtorch on the four files of Fashion-MNIST in a folder and saves what serves.</summary>
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

    /// <summary>Encodes a picture, such as a PNG or JPEG file: light garment on dark ground, of any size up to 4 million pixels.</summary>
    /// <exception cref="InvalidDataException">It is no such file; the message is one line that says what to do.</exception>
    public float[] Encode(Stream file)
    {
        var garment = new Garment { Pixels = PixelReader.Read(file, Pixels) };
        if (!_engines.TryTake(out var engine))
            engine = Ml.Model.CreatePredictionEngine<Garment, Coded>(_model, new PredictionEngineOptions { OwnsTransformer = false });
        var code = engine.Predict(garment).Scaled;
        _engines.Add(engine);
        return code;
    }

    public void Dispose() => _model.Dispose();

    private sealed class Garment
    {
        [VectorType(1, 28, 28)]
        public float[] Pixels { get; init; } = [];
    }

    private sealed class Coded
    {
        public float[] Scaled { get; set; } = [];
    }
}
