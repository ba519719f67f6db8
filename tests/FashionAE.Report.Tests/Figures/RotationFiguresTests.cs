using FashionAE.Report.Figures;
using FashionAE.Report.Tests.Figures.Support;
using FashionAE.Studies.Runs;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Report.Tests.Figures;

[Collection(nameof(SharedFigures))]
public sealed class RotationFiguresTests(RotationFixture study)
{
    private static readonly string[] Classes = ["Trouser", "Dress", "Sandal", "Bag"];

    [Fact]
    public void Samples_are_three_training_images_of_each_class()
    {
        var labels = study.Train.Labels.data<long>().ToArray();
        var images = study.Train.Images.data<byte>().ToArray().Chunk(784).ToArray();
        Assert.Equal(Classes, study.Figures.Samples.Select(s => s.ClassName));
        Assert.All(study.Figures.Samples, sample =>
        {
            var ofClass = images.Where((_, i) => Classes[labels[i]] == sample.ClassName).Select(Convert.ToHexString).ToArray();
            Assert.Equal(3, sample.Images.Select(Convert.ToHexString).Distinct().Count());
            Assert.All(sample.Images, image => Assert.Contains(Convert.ToHexString(image), ofClass));
        });
    }

    [Fact]
    public void Upright_reconstructions_are_those_of_the_model_before() => AssertReconstructions(study.Before.Model, study.Figures.Reconstructions);

    [Fact]
    public void Rotated_reconstructions_are_those_of_each_model()
    {
        AssertReconstructions(study.Before.Model, study.Figures.RotatedBefore!);
        AssertReconstructions(study.After.Model, study.Figures.RotatedAfter!);
    }

    [Fact]
    public void Upright_images_are_their_own_inputs() => Assert.All(study.Figures.Reconstructions, r =>
    {
        Assert.Equal(r.Original, r.Input);
        Assert.Equal(double.PositiveInfinity, r.InputPsnr);
    });

    [Fact]
    public void Both_models_see_the_same_rotations_of_the_same_test_images()
    {
        Assert.Equal(study.Figures.RotatedBefore!.Select(r => r.Input), study.Figures.RotatedAfter!.Select(r => r.Input));
        Assert.Equal(study.Figures.Reconstructions.Select(r => r.Original), study.Figures.RotatedAfter!.Select(r => r.Original));
        Assert.Equal(Classes.SelectMany(c => Enumerable.Repeat(c, 2)), study.Figures.Reconstructions.Select(r => r.ClassName));
        var labels = study.Test.Labels.data<long>().ToArray();
        var classOf = study.Test.Images.data<byte>().ToArray().Chunk(784).Select((image, i) => (Convert.ToHexString(image), Classes[labels[i]])).ToHashSet();
        Assert.All(study.Figures.Reconstructions, r => Assert.Contains((Convert.ToHexString(r.Original), r.ClassName), classOf));
        Assert.Equal(8, study.Figures.Reconstructions.Select(r => Convert.ToHexString(r.Original)).Distinct().Count());
    }

    [Fact]
    public void Rotations_are_spread_over_the_circle_and_none_is_nearly_upright()
    {
        // The angle of each is found again by trying all, in half degrees.
        using var scope = NewDisposeScope();
        float[] candidates = [.. Enumerable.Range(0, 720).Select(i => i / 2f)];
        var found = study.Figures.RotatedBefore!.Select(r =>
        {
            using var inner = NewDisposeScope();
            var turned = RandomRotation.Rotate(Pixels.Images(Enumerable.Repeat(r.Original, 720)), tensor(candidates));
            var differences = Pixels.Floats(turned).Chunk(784).Select(image => Pixels.MeanSquare(image, Pixels.Unit(r.Input))).ToArray();
            return (double)candidates[Array.IndexOf(differences, differences.Min())];
        }).Order().ToArray();
        Assert.All(found.Select((angle, k) => (angle, k)), a => Assert.InRange(a.angle, 29 + 37.5 * a.k, 31 + 37.5 * (a.k + 1)));
    }

    [Fact]
    public void Paths_are_one_test_image_of_each_class_and_nine_random_rotations_of_it()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(Classes, study.Figures.Paths.Select(p => p.ClassName));
        var images = study.Test.Images.data<byte>().ToArray().Chunk(784).Select(Convert.ToHexString).ToHashSet();
        Assert.All(study.Figures.Paths, path =>
        {
            var original = path.Steps.Single(s => s.Degrees == 0).Image;
            Assert.Contains(Convert.ToHexString(original), images);
            Assert.Equal(10, path.Steps.Count);
            Assert.All(path.Steps, step => AssertTurned(original, step.Image, step.Degrees));
            var seen = Pixels.Images(path.Steps.Select(s => s.Image));
            using var _ = no_grad();
            study.After.Model.eval();
            var codes = study.After.Model.Encode(seen);
            var shown = path.Steps.SelectMany(s => (float[])[s.X, s.Y]);
            Assert.All(Pixels.Floats(codes).Zip(shown), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
            Pixels.AssertShown(Pixels.Floats(study.After.Model.Decode(codes)), path.Steps.SelectMany(s => s.Decoded));
        });
    }

    [Fact]
    public void Angles_of_paths_are_random_and_each_image_has_its_own()
    {
        double[][] Angles(long seed) =>
            [.. RotationPathBuilder.Build(study.After.Model, study.Test, seed).Select(p => p.Steps.Select(s => s.Degrees).ToArray())];
        var (first, same, other) = (Angles(5), Angles(5), Angles(6));
        Assert.Equal(first, same);
        Assert.NotEqual(first[0], other[0]);
        Assert.All(first, angles => Assert.Equal(angles.Order(), angles));
        var all = first.SelectMany(angles => angles.Where(angle => angle != 0)).ToArray(); // nine of each of 200 images
        Assert.Equal(1800, all.Length);
        Assert.All(all, angle => Assert.InRange(angle, -180, 180));
        Assert.InRange(all.Distinct().Count(), 1790, 1800);
        // Uniform: 150 in each twelfth of the circle, with a standard deviation of 11.7.
        Assert.All(all.CountBy(angle => Math.Floor((angle + 180) / 30)), part => Assert.InRange(part.Value, 150 - 60, 150 + 60));
    }

    [Fact]
    public void Decoded_classes_are_those_of_the_runs_for_rotated_images()
    {
        Assert.Same(study.Before.Metrics.Conditions["rotated"], study.Figures.DecodedBefore);
        Assert.Same(study.After.Metrics.Conditions["rotated"], study.Figures.DecodedAfter);
    }

    [Fact]
    public void Mean_errors_of_rotated_images_are_those_of_the_same_rotations_as_in_the_evaluation()
    {
        string[] inputs = ["before, upright", "before, rotated", "after, upright", "after, rotated"];
        Assert.Equal(
            inputs.SelectMany(input => Classes.Append("all").Select(c => (input, c))),
            study.Figures.MeanErrors.Select(m => (m.Inputs, m.ClassName)));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        study.After.Model.eval();
        using var generator = new Generator(RunEvaluator.Seed);
        var images = study.Test.Batch(0, study.Test.Count);
        var originals = Pixels.Floats(images).Chunk(784).ToArray();
        var decoded = Pixels.Floats(study.After.Model.call(new RandomRotation().Apply(images, generator))).Chunk(784).ToArray();
        var labels = study.Test.Labels.data<long>().ToArray();
        Pixels.AssertMeanErrors(originals, decoded, study.Figures.MeanErrors[^1]);
        Pixels.AssertMeanErrors(
            originals.Where((_, i) => labels[i] == 2), decoded.Where((_, i) => labels[i] == 2), study.Figures.MeanErrors[^3]);
    }

    [Fact]
    public void Judged_shares_are_those_of_the_runs()
    {
        string[] names = [.. Classes, "all"];
        double[] extra = [0.01, 0.02, 0.03, 0.04, 0];
        Assert.Equal(names, study.Figures.Judged.Select(j => j.ClassName));
        Assert.All(study.Figures.Judged.Zip(extra), pair =>
        {
            Assert.Equal(0.2 + pair.Second, pair.First.UprightBefore!.Value, 1e-12);
            Assert.Equal(0.3 + pair.Second, pair.First.RotatedBefore!.Value, 1e-12);
            Assert.Equal(0.6 + pair.Second, pair.First.UprightAfter!.Value, 1e-12);
            Assert.Equal(0.7 + pair.Second, pair.First.RotatedAfter!.Value, 1e-12);
        });
    }

    [Fact]
    public void The_same_seed_gives_the_same_figures() => Assert.Equivalent(study.Figures, study.Build(), strict: true);

    private void AssertReconstructions(Autoencoder model, IReadOnlyList<Reconstruction> shown)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        model.eval();
        var decoded = model.call(Pixels.Images(shown.Select(r => r.Input)));
        Pixels.AssertShown(Pixels.Floats(decoded), shown.SelectMany(r => r.Decoded));
        Assert.Equal(study.Classifier.Predict(decoded).data<long>().ToArray().Select(label => Classes[label]), shown.Select(r => r.JudgedClass));
        Assert.All(shown.Zip(Pixels.Floats(decoded).Chunk(784)), pair =>
        {
            var original = Pixels.Unit(pair.First.Original);
            Assert.Equal(Pixels.Psnr(Pixels.MeanSquare(original, Pixels.Unit(pair.First.Input))), pair.First.InputPsnr, 1e-6);
            Assert.Equal(Pixels.Psnr(Pixels.MeanSquare(original, pair.Second)), pair.First.DecodedPsnr, 1e-6);
        });
    }

    /// <summary>
    /// Checks that each pixel is the one that a rotation about the center, counter-clockwise, brings there, in double precision. Places
    /// almost halfway between two pixels are left out.
    /// </summary>
    private static void AssertTurned(byte[] original, byte[] turned, double degrees)
    {
        var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
        for (var i = 0; i < 784; i++)
        {
            var (x, y) = ((i % 28) - 13.5, (i / 28) - 13.5);
            var (column, row) = ((cosine * x) - (sine * y) + 13.5, (sine * x) + (cosine * y) + 13.5);
            if (Math.Abs(column - Math.Floor(column) - 0.5) < 1e-3 || Math.Abs(row - Math.Floor(row) - 0.5) < 1e-3)
                continue;
            var (nearestColumn, nearestRow) = ((int)Math.Round(column), (int)Math.Round(row));
            var isInside = nearestColumn is >= 0 and < 28 && nearestRow is >= 0 and < 28;
            Assert.Equal(isInside ? original[(28 * nearestRow) + nearestColumn] : 0, turned[i]);
        }
    }
}
