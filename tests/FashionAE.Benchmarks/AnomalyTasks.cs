using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;

namespace FashionAE.Benchmarks;

/// <summary>Measures the cost of detector scores relative to the mean squared error, with each engine.</summary>
internal sealed class AnomalyTasks : IDisposable
{
    private const int Rows = 10_000;

    private readonly MLContext _ml = new(1);
    private readonly ImageSet _images = FashionMnist.Load(FashionMnistSplit.Test);
    private readonly IDataView _view;

    public AnomalyTasks() => _view = _ml.Data.LoadFromImageSet(_images);

    public void Dispose() => _images.Dispose();

    public void Run()
    {
        Stopwatches.PrintHeader("scores of anomalies");
        foreach (var (name, architecture) in new (string, AutoencoderArchitecture)[]
        {
            ("dense", new DenseArchitecture(FashionMnist.Shape, LatentSize: 16) { HiddenSizes = [128], Dropout = [] }),
            ("convolutional", new ConvolutionalArchitecture(FashionMnist.Shape, LatentSize: 16)),
        })
        {
            using var error = Fit(architecture, AnomalyScore.MeanSquaredError);
            using var combined = Fit(architecture, AnomalyScore.Combined);
            foreach (var engine in new[] { ScoringEngine.LibTorch, ScoringEngine.OnnxRuntime })
            {
                error.ScoringEngine = combined.ScoringEngine = engine;
                Stopwatches.Compare(
                    $"{Rows} rows, {name}, {engine}: Combined / mean squared error", 9, () => Read(combined), () => Read(error));
            }
        }
    }

    // Enough rows for all references that a score keeps.
    private AutoencoderTransformer Fit(AutoencoderArchitecture architecture, AnomalyScore score) =>
        _ml.AnomalyDetection.Trainers.Autoencoder(new AutoencoderAnomalyTrainer.Options
        {
            FeatureColumnName = "Pixels",
            Architecture = architecture,
            Epochs = 1,
            Score = score,
        }).Fit(_ml.Data.TakeRows(_view, 2000));

    private void Read(AutoencoderTransformer detector)
    {
        var view = detector.Transform(_view);
        using var cursor = view.GetRowCursor([view.Schema["Score"]]);
        var get = cursor.GetGetter<float>(view.Schema["Score"]);
        var score = 0f;
        while (cursor.MoveNext())
            get(ref score);
    }
}
