using FashionAE.Report.Figures;
using FashionAE.Studies.Runs;
using FashionAE.Torch;

namespace FashionAE.Report.Tests.Figures.Support;

/// <summary>The figures of a small denoising study, and what they were made from.</summary>
public sealed class DenoisingFixture : IDisposable
{
    public DenoisingFixture() => Figures = Build();

    public ImageSet Test { get; } = SampleImages.All(FashionMnistSplit.Test);

    public TrainedRun Run { get; } = TestRuns.Denoising();

    public DenoisingFigures Figures { get; }

    public DenoisingFigures Build() => DenoisingFiguresBuilder.Build(Run, Test, new FigureOptions { Pictures = 20, GridSize = 4, Seed = 3 });

    public void Dispose()
    {
        Test.Dispose();
        Run.Dispose();
    }
}
