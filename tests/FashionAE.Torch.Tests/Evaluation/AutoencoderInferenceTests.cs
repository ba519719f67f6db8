using FashionAE.Torch.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Evaluation;

public class AutoencoderInferenceTests
{
    [Fact]
    public void Batches_give_the_same_as_single_images()
    {
        using var scope = NewDisposeScope();
        using var images = SampleImages.First(TorchPass.UsualBatchSize + 3);
        using var model = ModelState.BuildUsed(new DenseArchitecture(images.Shape, 3) { HiddenSizes = [16, 8], Dropout = [0.1] });
        model.train();

        var latent = model.EncodeAll(images);
        var decoded = model.ReconstructAll(images);

        Assert.Equal([images.Count, 3], latent.shape);
        Assert.Equal(images.Shape.Batch(images.Count), decoded.shape);
        Assert.False(model.training);
        Assert.False(latent.requires_grad || decoded.requires_grad);
        foreach (var i in new[] { 0, 1, TorchPass.UsualBatchSize - 1, TorchPass.UsualBatchSize, images.Count - 1 })
        {
            var one = images.Batch(i, 1);
            TensorValues.AssertClose(model.Encode(one), latent.narrow(0, i, 1), 1e-3); // of about 200
            TensorValues.AssertClose(model.call(one), decoded.narrow(0, i, 1), 1e-5);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(20)]
    public void Any_module_predicts_all_rows_batch_by_batch(int batchSize)
    {
        using var scope = NewDisposeScope();
        using var module = nn.Sequential(nn.Linear(5, 4), nn.Dropout(0.5), nn.ReLU());
        var rows = rand([20, 5], requires_grad: true);
        module.train();
        var predicted = module.PredictAll(rows, batchSize);
        Assert.False(module.training || predicted.requires_grad);
        Assert.Equal([20, 4], predicted.shape);
        TensorValues.AssertClose(module.call(rows).detach(), predicted, 1e-6);
    }

    [Fact]
    public void Zero_rows_and_batches_of_zero_rows_are_refused()
    {
        using var module = nn.Linear(5, 4);
        using var rows = zeros([3, 5]);
        using var none = zeros([0, 5]);
        Assert.Contains("no rows", Assert.Throws<ArgumentException>(() => module.PredictAll(none)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => module.PredictAll(rows, 0));
    }

    [Fact]
    public void A_model_names_the_device_of_its_weights()
    {
        using var model = ModelState.Build(new LinearArchitecture(new ImageShape(1, 4, 4), 3));
        Assert.Equal(DeviceType.CPU, model.Device.type);
        model.to(DeviceType.META);
        Assert.Equal(DeviceType.META, model.Device.type);
    }

    [Fact]
    public void Changed_input_comes_from_one_generator_through_all_batches()
    {
        using var scope = NewDisposeScope();
        using var images = SampleImages.First(TorchPass.UsualBatchSize + 3);
        using var model = ModelState.Build(new LinearArchitecture(images.Shape, 3));
        using var generator = new Generator(8);
        var noise = new GaussianNoise(0.3);
        var first = noise.Apply(images.Batch(0, TorchPass.UsualBatchSize), generator);
        var second = noise.Apply(images.Batch(TorchPass.UsualBatchSize, 3), generator);

        var decoded = model.ReconstructAll(images, noise, seed: 8);
        TensorValues.AssertClose(model.call(cat([first, second])), decoded, 1e-5);
    }

    [Fact]
    public void No_images_at_all_are_refused()
    {
        using var model = ModelState.Build(new LinearArchitecture(FashionMnist.Shape, 3));
        using var one = SampleImages.First(1);
        using var none = one.Select([]);
        Assert.Contains("no images", Assert.Throws<ArgumentException>(() => model.EncodeAll(none)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => model.ReconstructAll(none));
    }
}
