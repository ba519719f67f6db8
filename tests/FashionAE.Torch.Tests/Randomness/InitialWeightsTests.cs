using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Randomness;

/// <summary>Compares with the layers of torch.</summary>
public class InitialWeightsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-5)]
    [InlineData(int.MaxValue)]
    public void A_seed_gives_the_weights_that_torchs_layers_draw_from_it(int seed)
    {
        var shape = new ImageShape(3, 10, 6);
        using var dense = new DenseArchitecture(shape, 3) { HiddenSizes = [17, 5], Dropout = [0.1] }.Build(seed);
        using var scope = NewDisposeScope();
        manual_seed(seed);
        AssertSame(dense, nn.Linear(180, 17), nn.Linear(17, 5), nn.Linear(5, 3), nn.Linear(3, 5), nn.Linear(5, 17), nn.Linear(17, 180));

        using var convolutional = new ConvolutionalArchitecture(shape, 3) { Channels = [4, 7] }.Build(seed);
        manual_seed(seed);
        AssertSame(
            convolutional, nn.Conv2d(3, 4, 3), nn.Conv2d(4, 7, 3), nn.Linear(42, 3),
            nn.Linear(3, 42), nn.ConvTranspose2d(7, 4, 3), nn.ConvTranspose2d(4, 3, 3));
    }

    [Fact]
    public void A_custom_network_gets_the_weights_of_its_layers_too()
    {
        var architecture = new DroppingArchitecture(new ImageShape(1, 4, 5), 3);
        using var model = architecture.Build(6);
        using var expected = ModelState.Build(architecture, 6);
        Assert.Equal(ModelState.Of(expected), ModelState.Of(model));
    }

    /// <summary>Without its own generator, the layer draws the same numbers as torch's layer.</summary>
    [Fact]
    public void Dropout_is_that_of_torch()
    {
        using var scope = NewDisposeScope();
        foreach (var probability in new[] { 0, 0.1, 0.5 })
        {
            manual_seed(1);
            using var layer = new SeededDropout(probability);
            var (input, same) = (rand(64, 33).requires_grad_(), default(Tensor)!);
            same = input.detach().clone().requires_grad_();
            manual_seed(2);
            var output = layer.call(input);
            output.square().sum().backward();
            manual_seed(2);
            var expected = nn.functional.dropout(same, probability, training: true);
            expected.square().sum().backward();
            Assert.Equal(expected.Bits(), output.Bits());
            Assert.Equal(same.grad!.Bits(), input.grad!.Bits());
            Assert.Equal(probability > 0, output.Doubles().Contains(0));

            layer.eval();
            Assert.Equal(input.Bits(), layer.call(input).Bits());
        }
    }

    private static void AssertSame(Autoencoder model, params nn.Module[] layers)
    {
        var expected = layers.SelectMany(layer => layer.named_parameters()).Select(p => p.parameter.Bits());
        var weights = model.named_parameters().Where(p => !IsNormalization(p.parameter)).Select(p => p.parameter.Bits());
        Assert.Equal(expected, weights);
        foreach (var layer in layers)
            layer.Dispose();
    }

    // Ones and zeros are not drawn at random.
    private static bool IsNormalization(Tensor tensor) => tensor.ndim == 1 && tensor.Doubles().Distinct().Count() == 1;
}
