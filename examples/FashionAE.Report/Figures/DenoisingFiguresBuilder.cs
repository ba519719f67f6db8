using FashionAE.Studies;
using FashionAE.Studies.Runs;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Report.Figures;

/// <summary>Computes the figures of the denoising study.</summary>
public static class DenoisingFiguresBuilder
{
    private const string AllClasses = "all";
    private const int ExampleCount = 8;
    private const int ErrorMapCount = 6;

    private static readonly DenoisingStudy Study = new();

    /// <summary>Computes all figures.</summary>
    /// <param name="run">The run.</param>
    /// <param name="test">The test images of the study.</param>
    /// <param name="options">How much the figures show.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="ArgumentException">The run is of another kind.</exception>
    /// <exception cref="InvalidDataException">The codes of the model are not on a plane, or the run does not tell its noise.</exception>
    public static DenoisingFigures Build(TrainedRun run, ImageSet test, FigureOptions? options = null)
    {
        options ??= new FigureOptions();
        RunCheck.Check(run, Study.Name);
        var noise = run.Options.Noise
            ?? throw new InvalidDataException($"The options of the run '{run.Name}' do not tell its noise: train the run anew.");

        using var scope = NewDisposeScope();
        var codes = CodeCloudBuilder.Build(run.Model, test, options.Pictures, options.Seed);
        using var chosen = test.Select(BalancedSample.Of(test, ExampleCount, options.Seed));
        var noisy = Noisy(chosen, noise, options.Seed);
        var denoised = ReconstructionBuilder.Decode(run.Model, noisy);
        var examples = ReconstructionBuilder.Describe(chosen, noisy, denoised);
        return new DenoisingFigures(
            examples, ErrorMaps(chosen, denoised, examples), MeanErrorMapBuilder.Build(run, test),
            Levels(run, chosen, Typical(examples), options.Seed), codes, Scores(run.Metrics),
            LatentGridBuilder.Build(run.Model, codes, options.GridSize), RunSummaryBuilder.Build(run));
    }

    private static Tensor Noisy(ImageSet images, double deviation, long seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        return new GaussianNoise(deviation).Apply(images.Batch(0, images.Count), generator).MoveToOuterDisposeScope();
    }

    private static IReadOnlyList<ErrorMap> ErrorMaps(ImageSet images, Tensor denoised, IReadOnlyList<Reconstruction> examples)
    {
        using var scope = NewDisposeScope();
        var errors = PictureBytes.Values(ImageQuality.SquaredError(images.Batch(0, images.Count), denoised).to(ScalarType.Float32)).Chunk(images.Shape.Size);
        return [.. examples.Zip(errors, (example, error) => new ErrorMap(example.ClassName, example.Original, example.Decoded, error)).Take(ErrorMapCount)];
    }

    /// <summary>The example that is denoised neither best nor worst.</summary>
    private static int Typical(IReadOnlyList<Reconstruction> examples) =>
        Enumerable.Range(0, examples.Count).OrderBy(i => examples[i].DecodedPsnr).ElementAt(examples.Count / 2);

    /// <summary>One image under every noise that the study tests, each the same noise but for its size.</summary>
    private static IReadOnlyList<NoiseLevel> Levels(TrainedRun run, ImageSet chosen, int index, long seed)
    {
        using var scope = NewDisposeScope();
        using var image = chosen.Select([index]);
        return [.. Study.Conditions(run.Options).Select(condition => condition.Input).OfType<GaussianNoise>().Select(noise =>
            new NoiseLevel(noise.StandardDeviation, ReconstructionBuilder.Build(run.Model, image, Noisy(image, noise.StandardDeviation, seed))[0]))];
    }

    private static IReadOnlyList<ScoreRow> Scores(RunMetrics metrics) =>
        [.. metrics.Conditions.SelectMany(condition => condition.Value.PerClass
            .Select(score => new ScoreRow(condition.Key, score.Key, score.Value))
            .Append(new ScoreRow(condition.Key, AllClasses, condition.Value.Overall)))];
}
