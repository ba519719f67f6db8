using FashionAE.Report.Figures;
using FashionAE.Report.Tests.Figures.Support;
using FashionAE.Studies.Runs;

namespace FashionAE.Report.Tests.Figures;

[Collection(nameof(SharedFigures))]
public sealed class MissingRunTests(RotationFixture study)
{
    [Fact]
    public void Without_the_run_after_all_is_of_the_model_before()
    {
        var figures = Build(study.Before, null);
        Assert.Null(figures.RotatedAfter);
        Assert.Null(figures.DecodedAfter);
        Assert.Equal(study.Figures.MeanErrors.Take(10).Select(m => m.Errors), figures.MeanErrors.Select(m => m.Errors));
        Assert.Equal(study.Figures.RotatedBefore!.Select(r => r.Decoded), figures.RotatedBefore!.Select(r => r.Decoded));
        Assert.Equal(study.Figures.Codes.X, figures.Codes.X);
        Assert.Equal(study.Figures.Codes.X, figures.PathCloud.X);
        Assert.Equal(LatentGridBuilder.Build(study.Before.Model, figures.Codes, 5).Images, figures.Grid.Images);
        Assert.Equal(RotationPathOf(study.Before), figures.Paths.SelectMany(p => p.Steps.Select(s => s.X)));
        Assert.All(figures.Judged, j => Assert.True(j is { UprightBefore: not null, RotatedBefore: not null, UprightAfter: null, RotatedAfter: null }));
        Assert.Equal(["rotation-upright"], figures.Runs.Select(r => r.Name));
    }

    [Fact]
    public void Without_the_run_before_all_is_of_the_model_after()
    {
        var figures = Build(null, study.After);
        Assert.Null(figures.RotatedBefore);
        Assert.Null(figures.DecodedBefore);
        Assert.Equal(study.Figures.RotatedAfter!.Select(r => r.Decoded), figures.RotatedAfter!.Select(r => r.Decoded));
        Assert.Equal(study.Figures.PathCloud.X, figures.Codes.X);
        Assert.Equal(study.Figures.Grid.Images, figures.Grid.Images);
        Assert.NotEqual(study.Figures.Reconstructions.Select(r => r.Decoded), figures.Reconstructions.Select(r => r.Decoded));
        Assert.All(figures.Judged, j => Assert.True(j is { UprightBefore: null, RotatedBefore: null, UprightAfter: not null, RotatedAfter: not null }));
        Assert.Equal(["rotation-rotated"], figures.Runs.Select(r => r.Name));
    }

    [Fact]
    public void Both_runs_stand_in_order() => Assert.Equal(["rotation-upright", "rotation-rotated"], study.Figures.Runs.Select(r => r.Name));

    [Fact]
    public void Shares_that_no_run_tells_are_null()
    {
        var silent = study.Before with { Metrics = study.Before.Metrics with { Conditions = new Dictionary<string, ConditionMetrics>() } };
        var figures = Build(silent, null);
        Assert.All(figures.Judged, j => Assert.True(j is { UprightBefore: null, RotatedBefore: null }));
        Assert.Null(figures.DecodedBefore);
    }

    [Fact]
    public void No_run_at_all_is_an_error_that_says_what_is_needed() =>
        Assert.Contains("needs a run", Assert.Throws<ArgumentException>(() => Build(null, null)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_run_in_the_place_of_another_is_named()
    {
        var swapped = Assert.Throws<ArgumentException>(() => Build(study.After, null));
        Assert.Contains("'rotation-rotated' is of the study rotation with rotated inputs", swapped.Message, StringComparison.Ordinal);
        var otherStudy = Assert.Throws<ArgumentException>(() => DenoisingFiguresBuilder.Build(study.After, study.Test));
        Assert.Contains("denoising is needed", otherStudy.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Codes_that_are_not_on_a_plane_are_an_error_that_says_what_to_do()
    {
        using var run = TestRuns.Rotation("upright", 0.5, latentSize: 3);
        var error = Assert.Throws<InvalidDataException>(() => Build(run, null));
        Assert.Contains("codes of length 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("latent size 2", error.Message, StringComparison.Ordinal);
    }

    private RotationFigures Build(TrainedRun? before, TrainedRun? after) =>
        RotationFiguresBuilder.Build(before, after, study.Train, study.Test, RotationFixture.Options);

    private IEnumerable<float> RotationPathOf(TrainedRun run)
    {
        // The study's own paths show which images were chosen.
        using var scope = TorchSharp.torch.NewDisposeScope();
        return [.. study.Figures.Paths.SelectMany(path =>
            Pixels.Floats(run.Model.Encode(Pixels.Images(path.Steps.Select(s => s.Image)))).Where((_, i) => i % 2 == 0))];
    }
}
