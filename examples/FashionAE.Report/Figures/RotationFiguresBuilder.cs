using FashionAE.Studies;
using FashionAE.Studies.Judging;
using FashionAE.Studies.Runs;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Report.Figures;

/// <summary>Computes the figures of the rotation study.</summary>
public static class RotationFiguresBuilder
{
    private const string AllClasses = "all";
    private const int SamplesPerClass = 3;
    private const int ImagesPerClass = 2;
    private const double SmallestAngle = 30; // nearer to upright, the model before has not much to fail at

    /// <summary>Computes all figures.</summary>
    /// <param name="before">The run that was trained on upright images alone; null where there is none.</param>
    /// <param name="after">The run that was trained on rotated copies too; null where there is none. One of both is needed.</param>
    /// <param name="train">The training images of the study.</param>
    /// <param name="test">The test images of the study.</param>
    /// <param name="options">How much the figures show.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="ArgumentException">There is no run, or one of another kind.</exception>
    /// <exception cref="InvalidDataException">The codes of a model are not on a plane.</exception>
    public static RotationFigures Build(TrainedRun? before, TrainedRun? after, ImageSet train, ImageSet test, FigureOptions? options = null)
    {
        options ??= new FigureOptions();
        if (before is not null)
            RunCheck.Check(before, "rotation", RotationStudy.Upright);
        if (after is not null)
            RunCheck.Check(after, "rotation", RotationStudy.Rotated);
        var (first, last) = (
            before ?? after ?? throw new ArgumentException("The rotation study needs a run: one with upright inputs, one with rotated inputs, or both."),
            after ?? before!);

        using var scope = NewDisposeScope();
        var codes = CodeCloudBuilder.Build(first.Model, train, options.Pictures, options.Seed);
        var pathCloud = first == last ? codes : CodeCloudBuilder.Build(last.Model, train, options.Pictures, options.Seed);
        using var chosen = test.Select(BalancedSample.PerClass(test, ImagesPerClass, options.Seed));
        using var onePerClass = test.Select(BalancedSample.PerClass(test, 1, options.Seed));
        using var classifier = ImageClassifier.Train(train, device: last.Model.Device);
        var upright = chosen.Batch(0, chosen.Count);
        var rotated = RandomRotation.Rotate(upright, Angles(chosen.Count, options.Seed));
        IReadOnlyList<MeanErrorMap> Errors(TrainedRun? run, string name) =>
            run is null ? [] : MeanErrorMapBuilder.Build(run, test, $"{name}, ");
        IReadOnlyList<Reconstruction>? Rotated(TrainedRun? run) => run is null ? null : ReconstructionBuilder.Build(run.Model, chosen, rotated, classifier);

        return new RotationFigures(
            Samples(train, options.Seed), codes, ReconstructionBuilder.Build(first.Model, chosen, upright, classifier), Rotated(before), Rotated(after),
            pathCloud, RotationPathBuilder.Build(last.Model, onePerClass, options.Seed),
            [.. Errors(before, "before"), .. Errors(after, "after")],
            Judged(before?.Metrics, after?.Metrics, test.ClassNames), Decoded(before), Decoded(after),
            LatentGridBuilder.Build(last.Model, pathCloud, options.GridSize),
            [.. new[] { before, after }.OfType<TrainedRun>().Select(RunSummaryBuilder.Build)]);
    }

    private static IReadOnlyList<ClassSamples> Samples(ImageSet images, long seed)
    {
        using var scope = NewDisposeScope();
        using var chosen = images.Select(BalancedSample.PerClass(images, SamplesPerClass, seed));
        return [.. BalancedSample.ClassesOf(chosen).Zip(PictureBytes.Of(chosen.Batch(0, chosen.Count)))
            .GroupBy(pair => pair.First, (name, pairs) => new ClassSamples(name, [.. pairs.Select(pair => pair.Second)]))];
    }

    /// <summary>One angle for each part of the circle but that around upright, in random order.</summary>
    private static Tensor Angles(int count, long seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var part = (360 - 2 * SmallestAngle) / count;
        var angles = (randperm(count, generator: generator).to(ScalarType.Float32) + rand([count], generator: generator)) * part + SmallestAngle;
        return (angles - angles.gt(180).to(ScalarType.Float32) * 360).MoveToOuterDisposeScope();
    }

    private static ConditionMetrics? Decoded(TrainedRun? run) =>
        run?.Metrics.Conditions.GetValueOrDefault(RotationStudy.Rotated) is { DecodedClasses: not null } scores ? scores : null;

    private static IReadOnlyList<JudgedShare> Judged(RunMetrics? before, RunMetrics? after, IReadOnlyList<string> classNames) =>
    [
        .. classNames.Select(name => Judged(name, before, after, condition => Find(condition.JudgedRightPerClass, name))),
        Judged(AllClasses, before, after, condition => condition.JudgedRight),
    ];

    private static JudgedShare Judged(string name, RunMetrics? before, RunMetrics? after, Func<ConditionMetrics, double?> share)
    {
        double? Share(RunMetrics? metrics, string condition) =>
            metrics is not null && metrics.Conditions.TryGetValue(condition, out var found) ? share(found) : null;
        return new JudgedShare(
            name, Share(before, RotationStudy.Upright), Share(before, RotationStudy.Rotated),
            Share(after, RotationStudy.Upright), Share(after, RotationStudy.Rotated));
    }

    private static double? Find(IReadOnlyDictionary<string, double>? shares, string name) =>
        shares is not null && shares.TryGetValue(name, out var share) ? share : null;
}
