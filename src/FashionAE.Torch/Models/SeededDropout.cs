using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>PyTorch's Dropout, with a separate generator in training: the same seed gives the same bits, whatever else draws.</summary>
/// <param name="probability">The share of the numbers that are set to 0, in [0, 1).</param>
internal sealed class SeededDropout(double probability) : nn.Module<Tensor, Tensor>("Dropout"), IOnnxLayer
{
    /// <summary>Gets or sets the generator, on the device of the input; null for torch's default one.</summary>
    public Generator? Generator { get; set; }

    public override Tensor forward(Tensor input)
    {
        // Without the bernoulli numbers of probability 0, as in libtorch.
        if (!training || probability == 0)
            return input.alias();
        using var kept = empty_like(input).bernoulli_(1 - probability, Generator).DividedBy_(1 - probability);
        return input.mul(kept);
    }

    public OnnxValue Write(OnnxGraph graph, OnnxValue input) => input;
}
