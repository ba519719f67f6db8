using FashionAE.Report.Figures;
using FashionAE.Report.Tests.Figures.Support;
using FashionAE.Studies.Runs;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Report.Tests.Figures;

[Collection(nameof(SharedFigures))]
public sealed class DenoisingFiguresTests(DenoisingFixture study)
{
    [Fact]
    public void Examples_are_eight_test_images_of_eight_classes()
    {
        var labels = study.Test.Labels.data<long>().ToArray();
        var classOf = study.Test.Images.data<byte>().ToArray().Chunk(784)
            .Select((image, i) => (Convert.ToHexString(image), study.Test.ClassNames[(int)labels[i]])).ToHashSet();
        Assert.Equal(8, study.Figures.Examples.Select(e => e.ClassName).Distinct().Count());
        Assert.All(study.Figures.Examples, e => Assert.Contains((Convert.ToHexString(e.Original), e.ClassName), classOf));
        Assert.All(study.Figures.Examples, e => Assert.Null(e.JudgedClass));
    }

    [Fact]
    public void Noise_has_the_deviation_that_it_is_said_to_have()
    {
        // Black pixels keep the positive half of the noise: its root mean square is the deviation over the square root of 2.
        static double Deviation(byte[] original, byte[] noisy) =>
            Math.Sqrt(2 * noisy.Where((_, i) => original[i] == 0).Average(b => b / 255.0 * (b / 255.0)));
        Assert.All(study.Figures.Examples, e => Assert.InRange(Deviation(e.Original, e.Input), 0.25 * 0.85, 0.25 * 1.15));
        Assert.Equal([0.1, 0.25, 0.4, 0.6], study.Figures.Levels.Select(l => l.Deviation));
        Assert.All(study.Figures.Levels.Take(2), l => Assert.InRange(Deviation(l.Image.Original, l.Image.Input), l.Deviation * 0.85, l.Deviation * 1.15));
        Assert.Single(study.Figures.Levels.Select(l => Convert.ToHexString(l.Image.Original)).Distinct());
        var psnrs = study.Figures.Levels.Select(l => l.Image.InputPsnr).ToArray();
        Assert.Equal(psnrs.OrderDescending(), psnrs);
    }

    [Fact]
    public void What_was_denoised_and_its_psnr_are_those_of_the_noisy_inputs()
    {
        // The bytes of an input are within half a step of what the model saw.
        Assert.All(study.Figures.Examples.Concat(study.Figures.Levels.Select(l => l.Image)), e =>
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            study.Run.Model.eval();
            var decoded = Pixels.Floats(study.Run.Model.call(Pixels.Images([e.Input])));
            Assert.All(decoded.Zip(e.Decoded), pair => Assert.InRange(pair.Second - 255 * pair.First, -2, 2));
            var original = Pixels.Unit(e.Original);
            Assert.Equal(Pixels.Psnr(Pixels.MeanSquare(original, decoded)), e.DecodedPsnr, 0.05);
            Assert.Equal(Pixels.Psnr(Pixels.MeanSquare(original, Pixels.Unit(e.Input))), e.InputPsnr, 0.05);
        });
    }

    [Fact]
    public void Levels_show_an_example_that_is_neither_the_best_nor_the_worst()
    {
        var shown = study.Figures.Examples.Single(e => e.Original.SequenceEqual(study.Figures.Levels[0].Image.Original));
        Assert.Equal(4, study.Figures.Examples.Count(e => e.DecodedPsnr < shown.DecodedPsnr));
    }

    [Fact]
    public void Error_maps_are_the_squared_errors_of_the_first_six_examples()
    {
        Assert.Equal(6, study.Figures.Errors.Count);
        Assert.All(study.Figures.Errors.Zip(study.Figures.Examples), pair =>
        {
            var (map, example) = pair;
            Assert.Equal((example.ClassName, example.Original, example.Decoded), (map.ClassName, map.Clean, map.Denoised));
            Assert.Equal(784, map.Errors.Length);
            for (var i = 0; i < 784; i++)
                Assert.Equal(Math.Abs(map.Clean[i] - map.Denoised[i]) / 255.0, Math.Sqrt(map.Errors[i]), 0.501 / 255);
            Assert.Equal(example.DecodedPsnr, Pixels.Psnr(map.Errors.Average(e => (double)e)), 1e-4);
        });
    }

    [Fact]
    public void Mean_errors_are_those_of_all_test_images_of_each_class_at_every_level_of_noise()
    {
        string[] inputs = ["clean", "noise 0.1", "noise 0.25", "noise 0.4", "noise 0.6"];
        Assert.Equal(
            inputs.SelectMany(input => study.Test.ClassNames.Append("all").Select(c => (input, c))),
            study.Figures.MeanErrors.Select(m => (m.Inputs, m.ClassName)));
        using var scope = NewDisposeScope();
        var originals = Pixels.Floats(study.Test.Batch(0, study.Test.Count)).Chunk(784).ToArray();
        var decoded = Pixels.Floats(study.Run.Model.ReconstructAll(study.Test)).Chunk(784).ToArray();
        var labels = study.Test.Labels.data<long>().ToArray();
        Pixels.AssertMeanErrors(originals, decoded, study.Figures.MeanErrors[10]);
        for (var c = 0; c < 10; c += 3)
            Pixels.AssertMeanErrors(
                originals.Where((_, i) => labels[i] == c), decoded.Where((_, i) => labels[i] == c), study.Figures.MeanErrors[c]);

        // The mean of a map is what the run's evaluation finds.
        var score = study.Run.Model.Evaluate(study.Test, new GaussianNoise(0.4), RunEvaluator.Seed);
        var noisy = study.Figures.MeanErrors.Where(m => m.Inputs == "noise 0.4")
            .ToDictionary(m => m.ClassName, m => m.Errors.Average(e => (double)e));
        Assert.Equal(score.MeanSquaredError, noisy["all"], 1e-7);
        Assert.Equal(score.PerClass["Bag"].MeanSquaredError, noisy["Bag"], 1e-7);
    }

    [Fact]
    public void Codes_are_those_of_the_clean_test_images()
    {
        using var scope = NewDisposeScope();
        var expected = Pixels.Floats(study.Run.Model.EncodeAll(study.Test));
        Assert.Equal(expected.Where((_, i) => i % 2 == 0), study.Figures.Codes.X);
        Assert.Equal(expected.Where((_, i) => i % 2 == 1), study.Figures.Codes.Y);
        Assert.All(study.Figures.Codes.Pictures.CountBy(p => study.Figures.Codes.Labels[p.Index]), c => Assert.Equal(2, c.Value));
        Assert.Equal(16, study.Figures.Grid.Images.Count);
    }

    [Fact]
    public void Scores_are_those_of_the_run_for_every_condition_and_class() => Assert.Equal(
        [
            ("clean", "Coat", 0.031), ("clean", "Bag", 0.032), ("clean", "all", 0.03),
            ("noise 0.1", "Coat", 0.041), ("noise 0.1", "Bag", 0.042), ("noise 0.1", "all", 0.04),
        ],
        study.Figures.Scores.Select(s => (s.Condition, s.ClassName, Math.Round(s.Score.MeanSquaredError, 6))));

    [Fact]
    public void The_same_seed_gives_the_same_figures() => Assert.Equivalent(study.Figures, study.Build(), strict: true);

    [Fact]
    public void A_run_that_does_not_tell_its_noise_is_an_error()
    {
        var silent = study.Run with { Options = study.Run.Options with { Noise = null } };
        var error = Assert.Throws<InvalidDataException>(() => DenoisingFiguresBuilder.Build(silent, study.Test));
        Assert.Contains("do not tell its noise", error.Message, StringComparison.Ordinal);
    }
}
