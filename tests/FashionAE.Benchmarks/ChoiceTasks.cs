using System.Globalization;
using FashionAE.Cli;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Benchmarks;

/// <summary>
/// Compares latent sizes, epochs and architectures on Fashion-MNIST. Every result is appended to a CSV file of the folder as soon as it is
/// known, and is not computed again when the file has it.
/// </summary>
internal sealed class ChoiceTasks : IDisposable
{
    private static readonly int[] LatentSizes = [2, 4, 8, 16, 32, 64];

    // One class of each kind: trousers, tops, shoes, bags.
    private static readonly string[] NormalClasses = ["Trouser", "Shirt", "Sneaker", "Bag"];

    private readonly MLContext _ml = new(1);
    private readonly ChoiceFile _epochs;
    private readonly ChoiceFile _sizes;
    private readonly ChoiceFile _anomalies;
    private readonly ImageSet _train;
    private readonly ImageSet _test;
    private readonly int _epochCount = Setting("CHOICES_EPOCHS", 20);
    private readonly int _seed = Setting("CHOICES_SEED", 1);
    private readonly string _settings;

    public ChoiceTasks(string folder)
    {
        // A third as many test images, so that judging costs less than training.
        var rows = Setting("CHOICES_ROWS", 20_000);
        _train = Part(FashionMnistSplit.Train, rows);
        _test = Part(FashionMnistSplit.Test, Math.Min(10_000, rows / 3));
        _settings = $"{_train.Count},{_test.Count},{_seed}";
        _epochs = new ChoiceFile(folder, "epochs", "architecture,latent,train,test,seed,epoch,mse,core_seconds");
        _sizes = new ChoiceFile(folder, "sizes", "architecture,latent,train,test,seed,epochs,mse,psnr,neighbors_accuracy");
        _anomalies = new ChoiceFile(folder, "anomalies", "architecture,latent,train,test,seed,epochs,class,auroc_mse,auroc_combined");
    }

    /// <summary>Gets the architectures by name: two with their defaults, and a dense one whose only hidden layer is wide.</summary>
    private static Dictionary<string, Func<int, AutoencoderArchitecture>> Architectures { get; } = new()
    {
        ["dense-128"] = size => new DenseArchitecture(FashionMnist.Shape, size) { HiddenSizes = [128], Dropout = [] },
        ["dense"] = size => new DenseArchitecture(FashionMnist.Shape, size),
        ["convolutional"] = size => new ConvolutionalArchitecture(FashionMnist.Shape, size),
    };

    public void Dispose()
    {
        _train.Dispose();
        _test.Dispose();
    }

    /// <summary>Computes what is missing for these architectures, or for all.</summary>
    public void Run(IReadOnlyCollection<string> architectures)
    {
        foreach (var name in Architectures.Keys.Where(name => architectures.Count == 0 || architectures.Contains(name)))
        {
            foreach (var size in LatentSizes)
                Reconstruct(name, size);
            foreach (var size in LatentSizes)
                foreach (var known in NormalClasses)
                    FindAnomalies(name, size, known);
        }
    }

    private static int Setting(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>Loads the first images of every class, as many of each.</summary>
    private static ImageSet Part(FashionMnistSplit split, int rows)
    {
        using var all = FashionMnist.Load(split);
        var labels = all.Labels.data<long>().ToArray();
        return all.Select([.. labels.Index().GroupBy(label => label.Item).SelectMany(group => group.Take(rows / all.ClassNames.Count))
            .Select(label => (long)label.Index).Order()]);
    }

    private IDataView View(ImageSet images) => _ml.Data.LoadFromImageSet(images);

    private void Reconstruct(string name, int size)
    {
        var key = $"{name},{size},{_settings}";
        if (_sizes.Has($"{key},{_epochCount},"))
            return;
        var clock = new CoreClock();
        using var model = _ml.Transforms.Autoencode(new AutoencoderEstimator.Options
        {
            InputColumnName = "Pixels",
            MseColumnName = "Mse",
            PsnrColumnName = "Psnr",
            Architecture = Architectures[name](size),
            Epochs = _epochCount,
            TestSet = View(_test),
            Callbacks = [clock],
            Seed = _seed,
        }).Fit(View(_train));
        foreach (var (epoch, seconds) in model.History!.Epochs.Zip(clock.Seconds))
            _epochs.Add($"{key},{epoch.Epoch},{epoch.TestLoss:F6},{seconds:F2}");
        var judged = _ml.Data.Cache(model.Transform(View(_test)), "Mse", "Psnr");
        using var known = model.Model.EncodeAll(_train);
        using var codes = model.Model.EncodeAll(_test);
        var accuracy = NearestNeighbors.Accuracy(known, _train.Labels, codes, _test.Labels);
        double Mean(string column) => judged.GetColumn<float>(column).Average(value => (double)value);
        _sizes.Add($"{key},{_epochCount},{Mean("Mse"):F6},{Mean("Psnr"):F3},{accuracy:F4}");
    }

    /// <summary>Trains on one class and looks for the nine others.</summary>
    private void FindAnomalies(string name, int size, string known)
    {
        // Half as many epochs as for all rows: batches are a quarter as large, which makes up for it.
        var epochs = Math.Max(1, _epochCount / 2);
        var key = $"{name},{size},{_settings},{epochs},{known},";
        if (_anomalies.Has(key))
            return;
        using var normal = _train.SelectClasses(known);
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(new AutoencoderAnomalyTrainer.Options
        {
            FeatureColumnName = "Pixels",
            ErrorMapColumnName = "ErrorMap",
            Smoothing = 0,
            Architecture = Architectures[name](size),
            Epochs = epochs,
            // A class has a tenth of the rows: small batches make enough steps.
            BatchSize = 32,
            Seed = _seed,
        }).Fit(View(normal));
        var maps = _ml.Data.Cache(detector.Transform(View(_test)), "ErrorMap", "Score", "PredictedLabel", "LabelText");
        // The mean of the error map is the mean squared error.
        var judged = _ml.Transforms.CustomMapping<Mapped, Scored>(
            (mapped, scored) => scored.MeanSquaredError = mapped.ErrorMap.Average(), contractName: null).Fit(maps).Transform(maps);
        double Area(string score) => _ml.Reconstruction.EvaluateAnomalies(judged, new AnomalyEvaluationOptions
        {
            LabelColumnName = "LabelText",
            NormalClasses = [known],
            ScoreColumnName = score,
        }).AreaUnderRocCurve;
        _anomalies.Add($"{key}{Area("MeanSquaredError"):F4},{Area("Score"):F4}");
    }

    /// <summary>Measures the time of one core that the steps of each epoch need, without the evaluation after them.</summary>
    private sealed class CoreClock : TrainingCallback
    {
        private TimeSpan _start;
        private TimeSpan _lastStep;

        public List<double> Seconds { get; } = [];

        public override void OnTrainingBegin(TrainingState state) => _start = Environment.CpuUsage.TotalTime;

        public override void OnStepEnd(TrainingState state) => _lastStep = Environment.CpuUsage.TotalTime;

        public override void OnEpochEnd(TrainingState state)
        {
            Seconds.Add((_lastStep - _start).TotalSeconds);
            _start = Environment.CpuUsage.TotalTime;
        }
    }

    private sealed class Mapped
    {
        [VectorType(28, 28)]
        public float[] ErrorMap { get; set; } = [];
    }

    private sealed class Scored
    {
        public float MeanSquaredError { get; set; }
    }
}
