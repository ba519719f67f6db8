using FashionAE.Torch.Tests.Support;

namespace FashionAE.Torch.Tests.Models;

public class LayerSummaryTests
{
    [Fact]
    public void The_convolutional_layers_are_listed_in_the_order_of_the_data()
    {
        using var model = new ConvolutionalArchitecture(FashionMnist.Shape).Build();
        // Weights and biases by hand: inputs x outputs x 9 + outputs for a convolution, inputs x outputs + outputs for a linear layer.
        string[] expected =
        [
            "encoder.0 Conv2d 32x14x14 320",
            "encoder.1 ReLU 32x14x14 0",
            "encoder.2 Conv2d 64x7x7 18496",
            "encoder.3 ReLU 64x7x7 0",
            "encoder.4 Conv2d 128x4x4 73856",
            "encoder.5 ReLU 128x4x4 0",
            "encoder.6 Flatten 2048 0",
            "encoder.7 Linear 2 4098",
            "decoder.0 Linear 2048 6144",
            "decoder.1 Unflatten 128x4x4 0",
            "decoder.2 ConvTranspose2d 64x7x7 73792",
            "decoder.3 ReLU 64x7x7 0",
            "decoder.4 ConvTranspose2d 32x14x14 18464",
            "decoder.5 ReLU 32x14x14 0",
            "decoder.6 ConvTranspose2d 1x28x28 289",
            "decoder.7 Sigmoid 1x28x28 0",
        ];
        Assert.Equal(expected, LayerSummary.Of(model).Select(Describe));
        Assert.Equal(195_459, LayerSummary.Of(model).Sum(layer => layer.Parameters));
    }

    [Fact]
    public void The_dense_layers_are_listed_in_the_order_of_the_data()
    {
        using var model = new DenseArchitecture(FashionMnist.Shape).Build();
        var layers = LayerSummary.Of(model);
        Assert.Equal(1_159_242, layers.Sum(layer => layer.Parameters));
        Assert.Equal(
            ["encoder.0 Flatten 784 0", "encoder.1 Linear 512 401920", "encoder.2 BatchNorm1d 512 1024", "encoder.3 ReLU 512 0", "encoder.4 Dropout 512 0"],
            layers.Take(5).Select(Describe));
        Assert.Equal(
            ["decoder.24 Linear 784 402192", "decoder.25 Sigmoid 784 0", "decoder.26 Unflatten 1x28x28 0"],
            layers.TakeLast(3).Select(Describe));
        Assert.Equal(
            [784, 512, 256, 128, 64, 32, 16, 8, 4, 2, 4, 8, 16, 32, 64, 128, 256, 512, 784],
            layers.Where(layer => layer.Kind is "Flatten" or "Linear").Select(layer => layer.OutputShape.Single()));
    }

    [Fact]
    public void A_custom_model_is_listed_too()
    {
        using var model = new LinearArchitecture(new ImageShape(1, 4, 5), 3).Build();
        Assert.Equal(["down Linear 3 63", "up Linear 20 80"], LayerSummary.Of(model).Select(Describe));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Listing_the_layers_does_not_change_the_model(bool training)
    {
        using var model = ModelState.BuildUsed(new DenseArchitecture(FashionMnist.Shape) { HiddenSizes = [8, 4], Dropout = [0.1] });
        model.train(training);
        var before = ModelState.Of(model);
        var first = LayerSummary.Of(model);
        Assert.Equal(training, model.training);
        Assert.All(model.modules(), module => Assert.Equal(training, module.training));
        Assert.Equal(before, ModelState.Of(model));
        // Hooks that were not removed would list every layer twice.
        Assert.Equal(first.Select(Describe), LayerSummary.Of(model).Select(Describe));
    }

    private static string Describe(LayerSummary layer) => $"{layer.Name} {layer.Kind} {string.Join("x", layer.OutputShape)} {layer.Parameters}";
}
