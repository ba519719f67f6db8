using System.Diagnostics;
using FashionAE.MLNet;
using FashionAE.MLNet.Autoencoding;
using FashionAE.Torch.Data;
using FashionAE.Torch.Models;
using FashionAE.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.Benchmarks;

/// <summary>What ML.NET's pipelines cost beside the bare network; each pair of times is taken in turn, and their medians are divided.</summary>
internal sealed class PipelineTasks : IDisposable
{
    private const int BatchSize = 256;

    private readonly MLContext _ml = new(1);
    private readonly ImageSet _train = FashionMnist.Load(FashionMnistSplit.Train);
    private readonly ImageSet _test = FashionMnist.Load(FashionMnistSplit.Test);
    private readonly AutoencoderTransformer _batched;
    private readonly AutoencoderTransformer _oneByOne;

    public PipelineTasks()
    {
        using var few = _train.Select([.. Enumerable.Range(0, 256)]);
        AutoencoderTransformer Fit(int batchSize)
        {
            var options = new AutoencoderOptions { Training = new TrainingOptions { Epochs = 1 }, BatchSize = batchSize };
            return _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(_ml.Data.LoadFromImageSet(few));
        }

        (_batched, _oneByOne) = (Fit(BatchSize), Fit(1));
    }

    public void Dispose()
    {
        _batched.Dispose();
        _oneByOne.Dispose();
        _train.Dispose();
        _test.Dispose();
    }

    public void Run()
    {
        var view = _ml.Data.LoadFromImageSet(_test);
        using var ready = _test.Batch(0, _test.Count);
        Compare("encoding 10,000 images, raw passes / a cursor", "at least 0.9", 7, () => EncodeTensor(ready), () => EncodeView(_batched, view));
        Compare("encoding 10,000 images, BatchSize 1 / 256", "at least 10", 3, () => EncodeView(_oneByOne, view), () => EncodeView(_batched, view));

        using var engine = _ml.Model.CreatePredictionEngine<Garment, Coded>(_batched, new PredictionEngineOptions { OwnsTransformer = false });
        var garment = new Garment { Pixels = _ml.Data.TakeRows(view, 1).GetColumn<float[]>("Pixels").Single() };
        var coded = new Coded();
        using var image = ready.narrow(0, 0, 1);
        Compare("one row, PredictionEngine / bare pass", "at most 1.3", 4001, () => engine.Predict(garment, ref coded), () => EncodeOne(image));

        var options = new TrainingOptions { Epochs = 1 };
        var train = _ml.Data.LoadFromImageSet(_train);
        Compare("Fit of 60,000 images / the trainer on tensors", "at most 1.05", 3, () => FitView(train, options), () => FitTensors(options), warmUp: 0);
    }

    private void EncodeTensor(Tensor images)
    {
        using var _ = no_grad();
        for (var start = 0L; start < images.shape[0]; start += BatchSize)
        {
            using var scope = NewDisposeScope();
            _batched.Model.Encode(images.narrow(0, start, Math.Min(BatchSize, images.shape[0] - start)));
        }
    }

    private static void EncodeView(AutoencoderTransformer transformer, IDataView images)
    {
        var view = transformer.Transform(images);
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
        _batched.Model.Encode(image);
    }

    private void FitView(IDataView train, TrainingOptions options) =>
        _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", new AutoencoderOptions { Training = options }).Fit(train).Dispose();

    private void FitTensors(TrainingOptions options)
    {
        using var model = new ConvolutionalArchitecture(FashionMnist.Shape).Build();
        new AutoencoderTrainer(model, options).Train(_train);
    }

    private static void Compare(string title, string goal, int rounds, Action a, Action b, int warmUp = 1)
    {
        var times = (A: new double[rounds], B: new double[rounds]);
        for (var round = -warmUp; round < rounds; round++)
        {
            var (first, second) = (Seconds(a), Seconds(b));
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
