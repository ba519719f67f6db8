using System.IO.Compression;
using System.Text.Json;
using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Models;

public class DenseAutoencoderTests
{
    private static readonly JsonElement Golden = TestFiles.GoldenJson("dense_training.json");

    [Fact]
    public void Training_follows_the_recorded_course_of_PyTorch()
    {
        var (losses, norms) = TrainAsRecorded();
        // Rounding depends on the machine and the number of threads. The first step of AdamW changes every weight by the learning rate, and
        // if a gradient is almost zero, rounding decides its sign. Afterwards, batch normalization of such narrow layers multiplies the
        // difference by ten and more at every step. With one, two and four threads and the kernels of old and new processors, the losses
        // differed from the record by up to 1e-7, 4e-4, 4e-3 and 0.02, in the end by 0.2. A learning rate that is wrong by one percent
        // changes the second loss by 1e-3.
        var expectedLosses = Recorded("losses");
        for (var step = 0; step < 10; step++)
            AssertRatio(expectedLosses[step], losses[step], step switch { 0 => 1e-6, 1 => 1e-3, 2 => 1e-2, _ => 0.2 });
        AssertRatio(Recorded("gradient_norms_before_clipping")[0], norms[0], 1e-4);
        Assert.InRange(losses[^1], 0, expectedLosses[0] / 2);
    }

    [Fact]
    public void The_default_architecture_has_1159242_parameters()
    {
        using var model = new DenseArchitecture(FashionMnist.Shape).Build();
        Assert.Equal(1_159_242, model.parameters().Sum(p => p.NumberOfElements));
    }

    [Theory]
    [InlineData(1, 28, 28)]
    [InlineData(3, 7, 5)]
    [InlineData(1, 1, 1)]
    public void Any_image_comes_back_in_its_shape_and_in_the_unit_range(int channels, int height, int width)
    {
        using var scope = NewDisposeScope();
        var shape = new ImageShape(channels, height, width);
        using var model = new DenseArchitecture(shape, 3) { HiddenSizes = [8, 4], Dropout = [0.5] }.Build();
        var images = rand(shape.Batch(6));
        var decoded = model.call(images);
        Assert.Equal([6, 3], model.Encode(images).shape);
        Assert.Equal(images.shape, decoded.shape);
        Assert.All(decoded.Doubles(), value => Assert.InRange(value, 0, 1));
    }

    [Fact]
    public void Dropout_draws_in_training_only()
    {
        using var scope = NewDisposeScope();
        using var model = new DenseArchitecture(FashionMnist.Shape) { HiddenSizes = [64], Dropout = [0.5] }.Build();
        var images = rand([8, 1, 28, 28]);
        model.train();
        Assert.NotEqual(model.Encode(images).Bits(), model.Encode(images).Bits());
        model.eval();
        Assert.Equal(model.Encode(images).Bits(), model.Encode(images).Bits());
    }

    [Fact]
    public void Invalid_sizes_are_refused()
    {
        foreach (var architecture in new[]
        {
            new DenseArchitecture(new ImageShape(1, 0, 28)),
            new DenseArchitecture(FashionMnist.Shape, 0),
            new DenseArchitecture(FashionMnist.Shape) { HiddenSizes = [8, 0], Dropout = [] },
            new DenseArchitecture(FashionMnist.Shape) { Dropout = [1] },
            new DenseArchitecture(FashionMnist.Shape) { Dropout = [-0.1] },
            new DenseArchitecture(FashionMnist.Shape) { Dropout = [double.NaN] },
        })
            Assert.Equal("architecture", Assert.Throws<ArgumentOutOfRangeException>(architecture.Build).ParamName);
    }

    [Fact]
    public void Dropout_beyond_the_last_hidden_layer_is_not_used()
    {
        using var model = new DenseArchitecture(FashionMnist.Shape) { HiddenSizes = [8] }.Build();
        Assert.Equal(["Flatten", "Linear", "BatchNorm1d", "ReLU", "Dropout", "Linear"], LayerSummary.Of(model).Take(6).Select(layer => layer.Kind));
        Assert.Single(LayerSummary.Of(model), layer => layer.Kind == "Dropout");
    }

    /// <summary>Repeats the recorded training.</summary>
    private static (double[] Losses, double[] Norms) TrainAsRecorded()
    {
        using var scope = NewDisposeScope();
        var clean = GoldenImages.Of(Golden.GetProperty("images").EnumerateArray().Select(i => i.GetInt32()));
        var noisy = TensorValues.FromBase64(Golden.GetProperty("noisy").GetString()!, 128, 1, 28, 28);
        // Dropout with probability 0 keeps the numbers of the layers.
        using var model = new DenseArchitecture(FashionMnist.Shape) { Dropout = [0, 0, 0] }.Build();
        using (var stream = new GZipStream(File.OpenRead(TestFiles.Golden("dense_initial.safetensors.gz")), CompressionMode.Decompress))
            model.load_state_dict(SafeTensorsFile.Read(stream).Tensors.ToDictionary(t => t.Key, t => t.Value.ToTensor()));

        using var optimizer = optim.AdamW(model.parameters(), 2e-3, weight_decay: 1e-2);
        var scheduler = optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor: 0.5, patience: 2, threshold: 1e-2);
        var (losses, norms) = (new double[40], new double[40]);
        for (var step = 0; step < 40; step++)
        {
            using var inner = NewDisposeScope();
            var output = model.call(noisy);
            var loss = nn.functional.mse_loss(output, clean) + nn.functional.l1_loss(output, clean);
            optimizer.zero_grad();
            loss.backward();
            norms[step] = nn.utils.clip_grad_norm_(model.parameters(), 0.5);
            optimizer.step();
            losses[step] = loss.item<float>();
            scheduler.step(losses[step]);
        }
        return (losses, norms);
    }

    private static double[] Recorded(string name) => [.. Golden.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

    private static void AssertRatio(double expected, double actual, double tolerance) =>
        Assert.InRange(actual / expected, 1 - tolerance, 1 + tolerance);
}
