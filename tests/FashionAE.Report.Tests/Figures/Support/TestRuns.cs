using FashionAE.Studies.Runs;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Report.Tests.Figures.Support;

/// <summary>Finished runs of small models, in memory.</summary>
internal static class TestRuns
{
    /// <summary>A run of the rotation study; its shares are numbers that no computation gives.</summary>
    public static TrainedRun Rotation(string inputs, double share, int latentSize = 2)
    {
        ConditionMetrics Condition(double shift) => new(
            Score(0.01), new Dictionary<string, ReconstructionMetrics>(), share + shift,
            new Dictionary<string, double>
            {
                ["Trouser"] = share + shift + 0.01,
                ["Dress"] = share + shift + 0.02,
                ["Sandal"] = share + shift + 0.03,
                ["Bag"] = share + shift + 0.04,
            },
            new Dictionary<string, IReadOnlyDictionary<string, int>>());
        return Run(
            new RunOptions
            {
                Study = "rotation",
                Inputs = inputs,
                Epochs = 3,
                BatchSize = 32,
                LearningRate = 2e-3,
                Copies = inputs == "upright" ? 0 : 5,
                Degrees = 180,
                Seed = 9,
            },
            new ConvolutionalArchitecture(FashionMnist.Shape, latentSize) { Channels = [4, 8] }, SampleImages.FourClasses(FashionMnistSplit.Train),
            new Dictionary<string, ConditionMetrics> { ["upright"] = Condition(0), ["rotated"] = Condition(0.1) });
    }

    public static TrainedRun Denoising()
    {
        ConditionMetrics Condition(double error) => new(
            Score(error), new Dictionary<string, ReconstructionMetrics> { ["Coat"] = Score(error + 0.001), ["Bag"] = Score(error + 0.002) }, null, null);
        return Run(
            new RunOptions { Study = "denoising", Epochs = 3, BatchSize = 32, LearningRate = 2e-3, Noise = 0.25 },
            new DenseArchitecture(FashionMnist.Shape) { HiddenSizes = [32, 16], Dropout = [0.2] }, SampleImages.All(FashionMnistSplit.Train),
            new Dictionary<string, ConditionMetrics> { ["clean"] = Condition(0.03), ["noise 0.1"] = Condition(0.04) });
    }

    private static TrainedRun Run(RunOptions options, AutoencoderArchitecture architecture, ImageSet train, IReadOnlyDictionary<string, ConditionMetrics> conditions)
    {
        using var images = train;
        manual_seed(options.Inputs == "rotated" ? 2 : 1);
        var model = architecture.Build();
        var training = new TrainingOptions { Epochs = options.Epochs, BatchSize = options.BatchSize, LearningRate = options.LearningRate };
        var history = new AutoencoderTrainer(model, training).Train(images);
        model.train(); // a figure that forgets the evaluation mode shows dropout and the statistics of batches
        return new TrainedRun($"{options.Study}-{options.Inputs}", options, model, history, new RunMetrics(conditions, 0.5, null), null);
    }

    private static ReconstructionMetrics Score(double error) => new(7, error, 10 + error, error / 2);
}
