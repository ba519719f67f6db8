using System.Diagnostics;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.Benchmarks;

/// <summary>What ML.NET's pipelines cost beside the bare network; each pair of times is taken in turn, and their medians are divided.</summary>
internal sealed class PipelineTasks : IDisposable
{
    private const int BatchSize = 256;

    private readonly MLContext _ml = new(1);
    private readonly ImageSet _images = FashionMnist.Load(FashionMnistSplit.Test);
    private readonly IDataView _view;
    private readonly AutoencoderTransformer _transformer;

    public PipelineTasks()
    {
        _view = _ml.Data.LoadFromImageSet(_images);
        _transformer = FitOnFew(new ConvolutionalArchitecture(FashionMnist.Shape), BatchSize);
    }

    public void Dispose()
    {
        _transformer.Dispose();
        _images.Dispose();
    }

    public void Run()
    {
        using var ready = _images.Batch(0, _images.Count);
        Compare("encoding 10,000 images, raw passes / a cursor", "at least 0.9", 9, () => EncodeTensor(ready), () => EncodeView(_transformer));
        foreach (var (name, architecture) in new (string, AutoencoderArchitecture)[]
        {
            ("dense", new DenseArchitecture(FashionMnist.Shape)), ("convolutional", new ConvolutionalArchitecture(FashionMnist.Shape)),
        })
        {
            using var oneByOne = FitOnFew(architecture, 1);
            using var batched = FitOnFew(architecture, BatchSize);
            Compare($"the same, {name}, ScoringBatchSize 1 / {BatchSize}", "at least 10", 5, () => EncodeView(oneByOne), () => EncodeView(batched));
        }

        using var engine = _ml.Model.CreatePredictionEngine<Garment, Coded>(_transformer, new PredictionEngineOptions { OwnsTransformer = false });
        var garment = new Garment { Pixels = _view.GetColumn<float[]>("Pixels").First() };
        var coded = new Coded();
        using var image = ready.narrow(0, 0, 1);
        Compare("one row, PredictionEngine / bare pass", "at most 1.3", 4001, () => engine.Predict(garment, ref coded), () => EncodeOne(image));

        Compare("Fit of a view / the trainer on tensors, an epoch", "at most 1.05", 9, FitView, FitTensors, warmUp: 0);
    }

    private AutoencoderTransformer FitOnFew(AutoencoderArchitecture architecture, int batchSize)
    {
        var options = new AutoencoderOptions { Architecture = architecture, Epochs = 1, ScoringBatchSize = batchSize };
        return _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(_ml.Data.TakeRows(_view, 256));
    }

    private void EncodeTensor(Tensor images)
    {
        using var _ = no_grad();
        for (var start = 0L; start < images.shape[0]; start += BatchSize)
        {
            using var scope = NewDisposeScope();
            _transformer.Model.Encode(images.narrow(0, start, Math.Min(BatchSize, images.shape[0] - start)));
        }
    }

    private void EncodeView(AutoencoderTransformer transformer)
    {
        var view = transformer.Transform(_view);
        using var cursor = view.GetRowCursor([view.Schema["Code"]]);
        var get = cursor.GetGetter<VBuffer<float>>(view.Schema["Code"]);
        var code = default(VBuffer<float>);
        while (cursor.MoveNext())
            get(ref code);
    }

    private void EncodeOne(Tensor image)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        _transformer.Model.Encode(image);
    }

    private void FitView() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", epochs: 1).Fit(_view).Dispose();

    private void FitTensors()
    {
        using var model = new ConvolutionalArchitecture(FashionMnist.Shape).Build();
        new AutoencoderTrainer(model, new TrainingOptions { Epochs = 1 }).Train(_images);
    }

    private static void Compare(string title, string goal, int rounds, Action a, Action b, int warmUp = 1)
    {
        var times = (A: new double[rounds], B: new double[rounds]);
        for (var round = -warmUp; round < rounds; round++)
        {
            // Each goes first every other time.
            var first = round % 2 == 0 ? Seconds(a) : 0;
            var second = Seconds(b);
            if (round % 2 != 0)
                first = Seconds(a);
            if (round >= 0)
                (times.A[round], times.B[round]) = (first, second);
        }
        Array.Sort(times.A);
        Array.Sort(times.B);
        var (x, y) = (times.A[rounds / 2], times.B[rounds / 2]);
        Console.WriteLine($"{title,-52} {x,9:F5} s  {y,9:F5} s  {x / y,6:F2}  ({goal})");
    }

    private static double Seconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }

    private sealed class Garment
    {
        [VectorType(784)]
        public float[] Pixels { get; set; } = [];
    }

    private sealed class Coded
    {
        public float[] Code { get; set; } = [];
    }
}
