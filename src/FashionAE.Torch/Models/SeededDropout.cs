using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Equals PyTorch's Dropout, but can use a separate generator in training. The same seed then sets the same values to 0, even if other code
/// draws random numbers.
/// </summary>
/// <param name="probability">The fraction of values that are set to 0, in [0, 1).</param>
internal sealed class SeededDropout(double probability) : nn.Module<Tensor, Tensor>("Dropout"), IOnnxLayer
{
    /// <summary>Gets or sets the generator, on the device of the input; null for torch's default generator.</summary>
    public Generator? Generator { get; set; }

    public override Tensor forward(Tensor input)
    {
        // As in libtorch, draw no random numbers if the probability is 0.
        if (!training || probability == 0)
            return input.alias();
        using var kept = empty_like(input).bernoulli_(1 - probability, Generator).DividedBy_(1 - probability);
        return input.mul(kept);
    }

    public OnnxValue Write(OnnxGraph graph, OnnxValue input) => input;
}
