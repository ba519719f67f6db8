using FashionAE.Torch.Data;
using FashionAE.Torch.Models;
using FashionAE.Torch.Persistence;
using FashionAE.Torch.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Models;

public class ConvolutionalAutoencoderTests
{
    [Fact]
    public void Training_follows_the_recorded_course_of_PyTorch()
    {
        using var scope = NewDisposeScope();
        var golden = TestFiles.GoldenJson("conv_training.json");
        var images = GoldenImages.Of(golden.GetProperty("images").EnumerateArray().Select(i => i.GetInt32()));
        using var model = new ConvolutionalArchitecture(FashionMnist.Shape).Build();
        AutoencoderFile.LoadWeights(model, TestFiles.Golden("conv_initial.safetensors"));
        TensorValues.AssertClose(TensorValues.FromBase64(golden.GetProperty("latent_before").GetString()!, 128, 2), model.Encode(images), 1e-5);

        using var optimizer = optim.Adam(model.parameters(), 1e-3);
        var step = 0;
        foreach (var expected in golden.GetProperty("losses").EnumerateArray().Select(loss => loss.GetDouble()))
        {
            using var inner = NewDisposeScope();
            var loss = nn.functional.mse_loss(model.call(images), images);
            // Another order of summation rounds differently, and that grows with every step.
            Assert.InRange(loss.item<float>() / expected, 1 - Tolerance(step), 1 + Tolerance(step));
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            step++;
        }
        Assert.Equal(20, step);
        TensorValues.AssertClose(TensorValues.FromBase64(golden.GetProperty("latent_after").GetString()!, 128, 2), model.Encode(images), 1e-2);
    }

    [Fact]
    public void The_default_architecture_has_195459_parameters()
    {
        using var model = new ConvolutionalArchitecture(FashionMnist.Shape).Build();
        Assert.Equal(195_459, model.parameters().Sum(p => p.NumberOfElements));
    }

    [Fact]
    public void Any_image_comes_back_in_its_shape_and_in_the_unit_range()
    {
        var cases = from channels in Gen.Choose(1, 3)
                    from height in Gen.Choose(1, 33)
                    from width in Gen.Choose(1, 33)
                    from latent in Gen.Choose(1, 5)
                    from depth in Gen.Choose(1, 4)
                    select new ConvolutionalArchitecture(new ImageShape(channels, height, width), latent) { Channels = [.. Enumerable.Range(2, depth)] };
        Prop.ForAll(cases.ToArbitrary(), architecture =>
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            using var model = architecture.Build();
            var images = rand(architecture.ImageShape.Batch(2));
            Assert.Equal([2, architecture.LatentSize], model.Encode(images).shape);
            var decoded = model.call(images);
            Assert.Equal(images.shape, decoded.shape);
            Assert.All(decoded.Doubles(), value => Assert.InRange(value, 0, 1));
            TensorValues.AssertSameBits(model.Decode(model.Encode(images)), decoded);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Fact]
    public void Sizes_that_make_no_network_are_refused()
    {
        foreach (var architecture in new[]
        {
            new ConvolutionalArchitecture(new ImageShape(0, 28, 28)),
            new ConvolutionalArchitecture(new ImageShape(1, 0, 28)),
            new ConvolutionalArchitecture(new ImageShape(1, -28, -28)),
            new ConvolutionalArchitecture(FashionMnist.Shape, 0),
            new ConvolutionalArchitecture(FashionMnist.Shape) { Channels = [] },
            new ConvolutionalArchitecture(FashionMnist.Shape) { Channels = [32, 0] },
        })
            Assert.Throws<ArgumentOutOfRangeException>(architecture.Build);
    }

    [Fact]
    public void A_model_that_scored_in_inference_mode_can_be_trained_afterwards()
    {
        using var scope = NewDisposeScope();
        using var model = new ConvolutionalArchitecture(FashionMnist.Shape) { Channels = [4, 8] }.Build();
        var images = rand([2, 1, 28, 28]);
        using (inference_mode())
            model.call(images);
        nn.functional.mse_loss(model.call(images), images).backward();
        Assert.All(model.parameters(), p => Assert.NotNull(p.grad));
    }

    private static double Tolerance(int step) => step < 10 ? 1e-5 : 1e-4;
}
