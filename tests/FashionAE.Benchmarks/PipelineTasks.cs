using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.Benchmarks;

/// <summary>Measures the cost of ML.NET pipelines relative to the network alone, with libtorch. Prints ratios of medians of alternating runs.</summary>
internal sealed class PipelineTasks : IDisposable
{
    private static readonly int[] RawBatchSizes = [64, 128, 256, 512, 1024, 2048];

    private readonly MLContext _ml = new(1);
    private readonly ImageSet _images = FashionMnist.Load(FashionMnistSplit.Test);
    private readonly IDataView _view;
    private readonly Scoring _scoring;
    private readonly AutoencoderTransformer _transformer;

    public PipelineTasks()
    {
        _view = _ml.Data.LoadFromImageSet(_images);
        _scoring = new Scoring(_ml, _view);
        _transformer = FitOnFew(new ConvolutionalArchitecture(FashionMnist.Shape), null);
    }

    public void Dispose()
    {
        _transformer.Dispose();
        _images.Dispose();
    }

    public void Run()
    {
        using var ready = _images.Batch(0, _images.Count);
        Stopwatches.PrintHeader("pipelines");
        foreach (var (name, architecture) in new (string, AutoencoderArchitecture)[]
        {
            ("dense", new DenseArchitecture(FashionMnist.Shape)), ("convolutional", new ConvolutionalArchitecture(FashionMnist.Shape)),
        })
        {
            using var fitted = FitOnFew(architecture, null);
            using var oneByOne = FitOnFew(architecture, 1);
            var best = RawBatchSizes.MinBy(size => Stopwatches.Median(5, CPU, () => Scoring.Encode(fitted.Model, ready, size)));
            Stopwatches.Compare($"encoding 10,000, {name}: bare network, its best batch ({best}) / cursor", 9, () => Scoring.Encode(fitted.Model, ready, best), () => _scoring.Read(fitted));
            Stopwatches.Compare($"the same by cursor: ScoringBatchSize 1 / {fitted.ScoringBatchSize}", 5, () => _scoring.Read(oneByOne), () => _scoring.Read(fitted));
            Stopwatches.Compare($"2,000 predictions, {name}: in turn / on two threads", 9, _scoring.Predict(fitted, 2000, 1), _scoring.Predict(fitted, 1000, 2));
        }

        using var engine = _ml.Model.CreatePredictionEngine<Garment, Coded>(_transformer, new PredictionEngineOptions { OwnsTransformer = false });
        var garment = new Garment { Pixels = _view.GetColumn<float[]>("Pixels").First() };
        var coded = new Coded();
        using var image = ready.narrow(0, 0, 1);
        Stopwatches.Compare("one row, convolutional: PredictionEngine / bare network", 4001, () => engine.Predict(garment, ref coded), () => EncodeOne(image));

        Stopwatches.Compare("an epoch, 10,000 images, convolutional: Fit of a view / trainer on tensors", 9, FitView, FitTensors, warmUp: 0);
    }

    private AutoencoderTransformer FitOnFew(AutoencoderArchitecture architecture, int? batchSize)
    {
        var options = new AutoencoderOptions { Architecture = architecture, Epochs = 1, ScoringBatchSize = batchSize, ScoringEngine = ScoringEngine.LibTorch };
        return _ml.Transforms.EncodeWithAutoencoder("Latent", "Pixels", options).Fit(_ml.Data.TakeRows(_view, 256));
    }

    private void EncodeOne(Tensor image)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        _transformer.Model.Encode(image);
    }

    private void FitView() => _ml.Transforms.EncodeWithAutoencoder("Latent", "Pixels", epochs: 1).Fit(_view).Dispose();

    private void FitTensors()
    {
        using var model = new ConvolutionalArchitecture(FashionMnist.Shape).Build();
        new AutoencoderTrainer(model, new TrainingOptions { Epochs = 1 }).Train(_images);
    }
}
