using FashionAE.Torch.Tests.Support;

namespace FashionAE.Torch.Tests.Models;

public class NetworkSummaryTests
{
    private const double Megabyte = 1024 * 1024;

    [Fact]
    public void The_convolutional_network_has_the_figures_that_a_computation_by_hand_gives()
    {
        using var model = new ConvolutionalArchitecture(FashionMnist.Shape).Build();
        var summary = NetworkSummary.Of(model);
        // Channels x height x width of each output; a layer and its ReLU or sigmoid have one each.
        long[] outputs =
        [
            32 * 14 * 14, 32 * 14 * 14, 64 * 7 * 7, 64 * 7 * 7, 128 * 4 * 4, 128 * 4 * 4, 2048, 2,
            2048, 128 * 4 * 4, 64 * 7 * 7, 64 * 7 * 7, 32 * 14 * 14, 32 * 14 * 14, 28 * 28, 28 * 28,
        ];
        Assert.Equal((195_459, 195_459, 0), (summary.Parameters, summary.TrainableParameters, summary.NonTrainableParameters));
        Assert.Equal(784 * 4 / Megabyte, summary.InputMegabytes, 1e-12);
        Assert.Equal(2 * 4 * outputs.Sum() / Megabyte, summary.PassMegabytes, 1e-12);
        Assert.Equal(195_459 * 4 / Megabyte, summary.ParameterMegabytes, 1e-12);
        Assert.Equal((784 * 4 + 2 * 4 * outputs.Sum() + 195_459 * 4) / Megabyte, summary.TotalMegabytes, 1e-12);
        Assert.Equal(LayerSummary.Of(model).Select(layer => layer.Name), summary.Layers.Select(layer => layer.Name));
    }

    [Fact]
    public void A_network_has_the_figures_that_torchsummary_printed()
    {
        // The first example of torchsummary's README: five layers, 21,840 parameters, of a classifier of 1x28x28 images.
        using var model = new ClassifierArchitecture().Build();
        var lines = NetworkSummary.Of(model).ToString().Split(Environment.NewLine);
        Assert.Equal(
            [
                "Total params: 21,840", "Trainable params: 21,840", "Non-trainable params: 0", "", "Input size (MB): 0.00",
                "Forward/backward pass size (MB): 0.06", "Params size (MB): 0.08", "Estimated Total Size (MB): 0.15",
            ],
            lines[^8..]);
        Assert.Equal(
            ["Conv2d 10 x 24 x 24 260", "Conv2d 20 x 8 x 8 5,020", "Dropout2d 20 x 8 x 8 0", "Linear 50 16,050", "Linear 10 510"],
            lines[1..6].Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..])));
    }

    [Fact]
    public void Frozen_parameters_are_not_trainable_and_buffers_are_not_parameters()
    {
        using var model = new DenseArchitecture(new ImageShape(1, 2, 3), 1) { HiddenSizes = [4], Dropout = [] }.Build();
        // Linear 6-4, batch normalization of 4, linear 4-1; linear 1-4, batch normalization of 4, linear 4-6. No running statistics.
        var (encoder, decoder) = (6 * 4 + 4 + 2 * 4 + 4 + 1, 4 + 4 + 2 * 4 + 4 * 6 + 6);
        Assert.Equal((encoder + decoder, 0), Parameters(model));
        foreach (var (name, parameter) in model.named_parameters())
            if (name.StartsWith("encoder", StringComparison.Ordinal))
                parameter.requires_grad = false;
        Assert.Equal((decoder, encoder), Parameters(model));
    }

    [Fact]
    public void Parameters_outside_layers_count_and_shared_ones_count_once()
    {
        using var model = new TiedTwiceArchitecture(new ImageShape(1, 2, 3), 2).Build();
        // One linear layer, registered with two names, and a separate bias for each pixel.
        Assert.Equal((6 * 2 + 2 + 6, 0), Parameters(model));
        Assert.Equal("encoder", Assert.Single(NetworkSummary.Of(model).Layers).Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_summary_does_not_change_the_network(bool training)
    {
        using var model = ModelState.BuildUsed(new DenseArchitecture(FashionMnist.Shape) { HiddenSizes = [8, 4], Dropout = [0.1] });
        model.train(training);
        var before = ModelState.Of(model);
        var text = NetworkSummary.Of(model).ToString();
        Assert.Equal(training, model.training);
        Assert.Equal(before, ModelState.Of(model));
        Assert.Equal(text, NetworkSummary.Of(model).ToString());
    }

    private static (long Trainable, long Frozen) Parameters(Autoencoder model)
    {
        var summary = NetworkSummary.Of(model);
        return (summary.TrainableParameters, summary.NonTrainableParameters);
    }
}
