using FashionAE.Torch.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Models;

[Trait("Pace", "slow")]
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
            // Summing in another order rounds differently, and the difference grows with every step.
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
                    from height in Gen.Choose(1, 40)
                    from width in Gen.Choose(1, 40)
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
    public void Outputs_and_gradients_of_any_architecture_are_those_of_double_precision()
    {
        // One channel, few or many: libraries use different algorithms for these.
        var channels = from most in Gen.Elements(1, 5, 70)
                       from depth in Gen.Choose(1, 3)
                       from counts in Gen.OneOf(Gen.Choose(1, most), Gen.Elements(1, 16, 32, 64, 128)).ListOf(depth)
                       select counts.ToArray();
        var cases = from height in Gen.Choose(1, 40)
                    from width in Gen.Choose(1, 40)
                    from colors in Gen.Choose(1, 3)
                    from counts in channels
                    from batch in Gen.Choose(1, 5)
                    select (new ConvolutionalArchitecture(new ImageShape(colors, height, width), 3) { Channels = counts }, batch);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var (architecture, batch) = c;
            using var scope = NewDisposeScope();
            using var model = ModelState.Build(architecture);
            var images = rand(architecture.ImageShape.Batch(batch));
            var (latent, output) = (model.Encode(images), model.call(images));
            // A weighted sum: the gradient of a plain sum would be the same for every output.
            var share = randn(images.shape);
            (output * share).sum().backward();

            var state = model.state_dict().ToDictionary(s => s.Key, s => s.Value.detach().to(float64).requires_grad_(true));
            var (expectedLatent, expectedOutput) = ByFunctions(architecture, state, images.to(float64));
            (expectedOutput * share).sum().backward();

            var sizes = $"{architecture.ImageShape}, channels {string.Join(", ", architecture.Channels)}, batch {batch}";
            AssertClose(expectedLatent, latent, 1e-4, $"the latent vectors of {sizes}");
            AssertClose(expectedOutput, output, 1e-4, $"the outputs of {sizes}");
            // The gradient of ReLU jumps at 0, and near 0 the precision decides on which side an activation is.
            foreach (var (name, parameter) in model.named_parameters())
                AssertClose(state[name].grad!, parameter.grad!, 2e-2, $"the gradient of {name} of {sizes}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    [Fact]
    public void A_file_of_version_0_1_0_gives_what_it_gave_then()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var recorded = TestFiles.GoldenJson("conv_version_0_1_0.json");
        Tensor Recorded(string name, params long[] shape) => TensorValues.FromBase64(recorded.GetProperty(name).GetString()!, shape);
        var images = Recorded("input", 5, 1, 7, 10);
        using var model = AutoencoderFile.Load(TestFiles.Golden("conv_version_0_1_0.safetensors"));
        TensorValues.AssertClose(Recorded("latent", 5, 2), model.Encode(images), 1e-6);
        TensorValues.AssertClose(Recorded("reconstruction", 5, 1, 7, 10), model.call(images), 1e-6);
    }

    [Fact]
    public void Invalid_sizes_are_refused()
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
            Assert.Equal("architecture", Assert.Throws<ArgumentOutOfRangeException>(architecture.Build).ParamName);
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

    /// <summary>
    /// Computes the autoencoder of an architecture with functions. Each step halves the size, rounded up, and the decoder reverses the
    /// steps.
    /// </summary>
    private static (Tensor Latent, Tensor Output) ByFunctions(ConvolutionalArchitecture architecture, Dictionary<string, Tensor> state, Tensor images)
    {
        var sizes = new List<(long Height, long Width)>();
        var values = images;
        for (var step = 0; step < architecture.Channels.Count; step++)
        {
            sizes.Add((values.shape[2], values.shape[3]));
            values = nn.functional.conv2d(values, state[$"encoder.{2 * step}.weight"], state[$"encoder.{2 * step}.bias"], [2, 2], [1, 1]).relu();
        }
        var linear = $"encoder.{2 * sizes.Count + 1}";
        var latent = nn.functional.linear(values.flatten(1), state[$"{linear}.weight"], state[$"{linear}.bias"]);
        values = nn.functional.linear(latent, state["decoder.0.weight"], state["decoder.0.bias"]).reshape(values.shape);
        for (var step = sizes.Count - 1; step >= 0; step--)
        {
            var layer = $"decoder.{2 * (sizes.Count - step)}";
            var (height, width) = sizes[step];
            values = nn.functional.conv_transpose2d(
                values, state[$"{layer}.weight"], state[$"{layer}.bias"], [2, 2], [1, 1], [1 - height % 2, 1 - width % 2]);
            values = step > 0 ? values.relu() : values.sigmoid();
        }
        return (latent, values);
    }

    /// <summary>Compares with a tolerance that is relative to the largest value.</summary>
    private static void AssertClose(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Assert.Equal(expected.shape, actual.shape);
        var largest = expected.abs().max().item<double>();
        var difference = (expected - actual).abs().max().item<double>();
        Assert.True(difference <= tolerance * largest + 1e-6, $"{what}: off by {difference:E1}, the largest value being {largest:E1}.");
    }

    private static double Tolerance(int step) => step < 10 ? 1e-5 : 1e-4;
}
