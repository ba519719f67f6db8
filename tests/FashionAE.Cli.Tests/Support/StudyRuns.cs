using FashionAE.Cli.Reports;
using FashionAE.Report;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Cli.Tests.Support;

/// <summary>Trains small runs of both studies in folders, like 'fashionae train', and draws their report.</summary>
public sealed class StudyRuns : IDisposable
{
    public const string Name = "runs of the studies";

    private readonly CommandLine _command = new();

    public StudyRuns()
    {
        Upright = Train("upright", new RotationStudy(), RotationStudy.Upright, new ConvolutionalArchitecture(FashionMnist.Shape) { Channels = [4, 8] });
        Rotated = Train("rotated", new RotationStudy(), RotationStudy.Rotated, new ConvolutionalArchitecture(FashionMnist.Shape) { Channels = [4, 8] });
        // The plane shows principal components of a longer code, not its values.
        Denoising = Train("denoising", new DenoisingStudy(), null, new DenseArchitecture(FashionMnist.Shape, 3) { HiddenSizes = [32], Dropout = [0.5] });
        Document = Draw(Upright, Rotated, Denoising);
    }

    internal TrainedRun Upright { get; }

    internal TrainedRun Rotated { get; }

    internal TrainedRun Denoising { get; }

    public ReportDocument Document { get; }

    public string PathOf(string run) => _command.PathOf(run);

    public T Figure<T>(string id)
        where T : ReportFigure => (T)Document.Sections.SelectMany(section => section.Figures).Single(figure => figure.Text.Id == id);

    internal static ReportDocument Draw(params TrainedRun[] runs) => StudyReport.Draw(
        runs.ToDictionary(run => StudyReport.KindOf(run.Options.Study, run.Options.Inputs)), CommandLine.Sample);

    public void Dispose()
    {
        Upright.Dispose();
        Rotated.Dispose();
        Denoising.Dispose();
        _command.Dispose();
    }

    private TrainedRun Train(string name, Study study, string? inputs, AutoencoderArchitecture architecture)
    {
        var options = study.Defaults(quick: true, inputs) with { Epochs = 3, BatchSize = 32, LearningRate = 5e-3 };
        using var train = study.Load(FashionMnistSplit.Train, CommandLine.Sample);
        using var test = study.Load(FashionMnistSplit.Test, CommandLine.Sample);
        using var model = architecture.Build(seed: 1);
        var history = new AutoencoderTrainer(model, study.Training(options) with { AugmentedCopies = inputs == RotationStudy.Rotated ? 1 : 0 }).Train(train);
        using var evaluator = new RunEvaluator(CPU);
        var folder = new RunFolder(_command.PathOf(name));
        Directory.CreateDirectory(folder.Path);
        folder.Write(options);
        folder.Write(history);
        folder.Write(RunEnvironment.Of(CPU));
        folder.Write(evaluator.Evaluate(study, options, model, train, test));
        folder.Write(model);
        return folder.Load();
    }
}

/// <summary>The tests that share the runs. They run alone, because they use torch's global generator.</summary>
[CollectionDefinition(StudyRuns.Name, DisableParallelization = true)]
public sealed class SharedStudyRuns : ICollectionFixture<StudyRuns>;
