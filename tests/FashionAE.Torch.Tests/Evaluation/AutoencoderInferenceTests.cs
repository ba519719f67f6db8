using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Evaluation;

public class AutoencoderInferenceTests
{
    [Fact]
    public void Batches_join_to_what_single_images_give()
    {
        using var scope = NewDisposeScope();
        using var images = SampleImages.First(AutoencoderInference.ScoringBatchSize + 3);
        using var model = ModelState.BuildUsed(new DenseArchitecture(images.Shape, 3) { HiddenSizes = [16, 8], Dropout = [0.1] });
        model.train();

        var latent = model.EncodeAll(images);
        var decoded = model.ReconstructAll(images);

        Assert.Equal([images.Count, 3], latent.shape);
        Assert.Equal(images.Shape.Batch(images.Count), decoded.shape);
        Assert.False(model.training);
        Assert.False(latent.requires_grad || decoded.requires_grad);
        foreach (var i in new[] { 0, 1, AutoencoderInference.ScoringBatchSize - 1, AutoencoderInference.ScoringBatchSize, images.Count - 1 })
        {
            var one = images.Batch(i, 1);
            TensorValues.AssertClose(model.Encode(one), latent.narrow(0, i, 1), 1e-3); // of about 200
            TensorValues.AssertClose(model.call(one), decoded.narrow(0, i, 1), 1e-5);
        }
    }

    [Fact]
    public void Changed_input_comes_from_one_generator_through_all_batches()
    {
        using var scope = NewDisposeScope();
        using var images = SampleImages.First(AutoencoderInference.ScoringBatchSize + 3);
        using var model = ModelState.Build(new LinearArchitecture(images.Shape, 3));
        using var generator = new Generator(8);
        var noise = new GaussianNoise(0.3);
        var first = noise.Apply(images.Batch(0, AutoencoderInference.ScoringBatchSize), generator);
        var second = noise.Apply(images.Batch(AutoencoderInference.ScoringBatchSize, 3), generator);

        var decoded = model.ReconstructAll(images, noise, seed: 8);
        TensorValues.AssertClose(model.call(cat([first, second])), decoded, 1e-5);
    }

    [Fact]
    public void No_images_at_all_are_refused()
    {
        using var model = ModelState.Build(new LinearArchitecture(FashionMnist.Shape, 3));
        using var one = SampleImages.First(1);
        using var none = one.Select([]);
        Assert.Throws<ArgumentException>(() => model.EncodeAll(none));
        Assert.Throws<ArgumentException>(() => model.ReconstructAll(none));
    }
}
