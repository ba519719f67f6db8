using FashionAE.Report.Figures;
using FashionAE.Report.Tests.Figures.Support;
using FashionAE.Studies.Runs;

namespace FashionAE.Report.Tests.Figures;

[Collection(nameof(SharedFigures))]
public sealed class RunSummaryTests(RotationFixture study)
{
    [Fact]
    public void Layers_hold_all_parameters_of_the_model()
    {
        var summary = RunSummaryBuilder.Build(study.After);
        Assert.Equal("rotation-rotated", summary.Name);
        Assert.Same(study.After.History, summary.History);
        Assert.Equal(study.After.Model.parameters().Sum(p => p.NumberOfElements), summary.Layers.Sum(l => l.Parameters));
        Assert.Equal([1L, 28, 28], summary.Layers[^1].OutputShape);
        Assert.Equal(study.After.History.Epochs.Sum(e => e.Seconds), summary.Duration.TotalSeconds, 1e-3);
    }

    [Fact]
    public void Options_have_names_and_units() => Assert.Equal(
        [
            new("Study", "rotation"), new("Recipe", "study"), new("Inputs in training", "rotated"), new("Epochs", "3"), new("Batch size", "32 images"),
            new("Learning rate at the beginning", "0.002"),
            new("Rotated copies of each image", "5"), new("Largest rotation", "±180°"), new("Seed", "9"),
        ],
        RunSummaryBuilder.Build(study.After).Options.ToArray<KeyValuePair<string, string>>());

    [Fact]
    public void Options_of_the_other_study_are_left_out()
    {
        using var run = TestRuns.Denoising();
        Assert.Equal(
            ["Study", "Recipe", "Epochs", "Batch size", "Learning rate at the beginning", "Noise", "Seed"],
            RunSummaryBuilder.Build(run).Options.Select(o => o.Key));
    }

    [Fact]
    public void The_environment_is_told_where_it_was_recorded()
    {
        Assert.Empty(RunSummaryBuilder.Build(study.Before).Environment);
        var environment = new RunEnvironment(
            new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(2)), "some system", "some processor (X64)", 8, 4, "cpu", "9.9", ".NET 10");
        Assert.Equal(
            [
                new("Started", "2026-03-04 03:06 UTC"), new("Operating system", "some system"), new("Processor", "some processor (X64)"),
                new("Processor cores", "8"),
                new("Threads", "4"), new("Device", "cpu"), new("libtorch", "9.9"), new("Runtime", ".NET 10"),
            ],
            RunSummaryBuilder.Build(study.Before with { Environment = environment }).Environment.ToArray<KeyValuePair<string, string>>());
    }
}
