using FashionAE.Report.Figures;
using FashionAE.Studies.Judging;
using FashionAE.Studies.Runs;
using FashionAE.Torch;

namespace FashionAE.Report.Tests.Figures.Support;

/// <summary>The figures of a small rotation study, and what they were made from.</summary>
public sealed class RotationFixture : IDisposable
{
    public static readonly FigureOptions Options = new() { Pictures = 30, GridSize = 5, Seed = 3 };

    public RotationFixture()
    {
        Figures = Build();
        Classifier = ImageClassifier.Train(Train);
    }

    public ImageSet Train { get; } = SampleImages.FourClasses(FashionMnistSplit.Train);

    public ImageSet Test { get; } = SampleImages.FourClasses(FashionMnistSplit.Test);

    public TrainedRun Before { get; } = TestRuns.Rotation("upright", 0.2);

    public TrainedRun After { get; } = TestRuns.Rotation("rotated", 0.6);

    public RotationFigures Figures { get; }

    /// <summary>Gets the classifier of these training images.</summary>
    public ImageClassifier Classifier { get; }

    public RotationFigures Build() => RotationFiguresBuilder.Build(Before, After, Train, Test, Options);

    public void Dispose()
    {
        Classifier.Dispose();
        Train.Dispose();
        Test.Dispose();
        Before.Dispose();
        After.Dispose();
    }
}
