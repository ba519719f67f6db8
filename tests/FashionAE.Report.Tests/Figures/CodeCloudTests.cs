using FashionAE.Report.Figures;
using FashionAE.Report.Tests.Figures.Support;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Report.Tests.Figures;

[Collection(nameof(SharedFigures))]
public sealed class CodeCloudTests(RotationFixture study)
{
    [Fact]
    public void Codes_are_those_of_the_encoder_for_every_training_image()
    {
        using var scope = NewDisposeScope();
        var expected = Pixels.Floats(study.Before.Model.EncodeAll(study.Train));
        Assert.Equal(expected.Where((_, i) => i % 2 == 0), study.Figures.Codes.X);
        Assert.Equal(expected.Where((_, i) => i % 2 == 1), study.Figures.Codes.Y);
        Assert.Equal(study.Train.Labels.data<long>().ToArray(), study.Figures.Codes.Labels.Select(l => (long)l));
        Assert.Equal(["Trouser", "Dress", "Sandal", "Bag"], study.Figures.Codes.ClassNames);
        Assert.NotEqual(expected[0], expected[2]);
    }

    [Fact]
    public void Errors_are_the_mean_squares_of_the_reconstructions()
    {
        using var scope = NewDisposeScope();
        var originals = Pixels.Floats(study.Train.Batch(0, study.Train.Count)).Chunk(784);
        var decoded = Pixels.Floats(study.Before.Model.ReconstructAll(study.Train)).Chunk(784);
        var expected = originals.Zip(decoded, Pixels.MeanSquare).ToArray();
        Assert.Equal(expected.Length, study.Figures.Codes.Errors.Count);
        Assert.All(expected.Zip(study.Figures.Codes.Errors), pair => Assert.Equal(pair.First, pair.Second, 1e-7));
    }

    [Fact]
    public void Pictures_are_those_of_their_codes()
    {
        using var scope = NewDisposeScope();
        var originals = study.Train.Images.data<byte>().ToArray().Chunk(784).ToArray();
        var decoded = Pixels.Floats(study.Before.Model.ReconstructAll(study.Train)).Chunk(784).ToArray();
        Assert.Equal(30, study.Figures.Codes.Pictures.Count);
        Assert.All(study.Figures.Codes.Pictures, p =>
        {
            Assert.Equal(originals[p.Index], p.Original);
            Pixels.AssertShown(decoded[p.Index], p.Reconstruction);
        });
    }

    [Fact]
    public void The_sample_with_pictures_is_ascending_balanced_and_seeded()
    {
        var pictures = study.Figures.Codes.Pictures;
        Assert.Equal(pictures.Select(p => p.Index).Distinct().Order(), pictures.Select(p => p.Index));
        Assert.All(pictures.CountBy(p => study.Figures.Codes.Labels[p.Index]), c => Assert.InRange(c.Value, 7, 8));
        int[] Chosen(long seed) => [.. CodeCloudBuilder.Build(study.Before.Model, study.Train, 30, seed).Pictures.Select(p => p.Index)];
        Assert.Equal(pictures.Select(p => p.Index), Chosen(3));
        Assert.NotEqual(Chosen(3), Chosen(4));
    }

    [Fact]
    public void A_class_with_too_few_images_leaves_its_places_to_others()
    {
        var labels = study.Train.Labels.data<long>().ToArray();
        var bags = Enumerable.Range(0, labels.Length).Where(i => labels[i] == 3).Take(2);
        var others = Enumerable.Range(0, labels.Length).Where(i => labels[i] == 0).Take(20);
        using var images = study.Train.Select([.. bags.Concat(others).Select(i => (long)i)]);
        var cloud = CodeCloudBuilder.Build(study.Before.Model, images, 12);
        Assert.Equal(2, cloud.Pictures.Count(p => cloud.Labels[p.Index] == 3));
        Assert.Equal(10, cloud.Pictures.Count(p => cloud.Labels[p.Index] == 0));
    }

    [Fact]
    public void The_cloud_under_the_paths_is_that_of_the_model_after()
    {
        using var scope = NewDisposeScope();
        var expected = Pixels.Floats(study.After.Model.EncodeAll(study.Train));
        Assert.Equal(expected.Where((_, i) => i % 2 == 0), study.Figures.PathCloud.X);
        Assert.NotEqual(study.Figures.Codes.X, study.Figures.PathCloud.X);
    }

    [Fact]
    public void No_images_are_an_error_that_says_so()
    {
        using var none = study.Train.Select([]);
        Assert.Contains("no images", Assert.Throws<ArgumentException>(() => CodeCloudBuilder.Build(study.Before.Model, none)).Message, StringComparison.Ordinal);
    }
}
