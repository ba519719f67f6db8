using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Fills the weights of a new network: from torch's default generator, from a seed, or not at all where a file will.</summary>
internal sealed class InitialWeights : IDisposable
{
    private readonly Generator? _generator;
    private readonly bool _isNothing;

    /// <param name="seed">The seed; null for numbers of the default generator.</param>
    /// <param name="isNothing">Whether the weights stay undefined until others are copied over them.</param>
    public InitialWeights(int? seed = null, bool isNothing = false)
    {
        NativeTorch.EnsureLoaded();
        (Seed, _isNothing) = (seed, isNothing);
        _generator = seed is { } number ? new Generator((ulong)number) : null;
    }

    public int? Seed { get; }

    /// <summary>Makes a linear layer with PyTorch's initial weights, both uniform within 1 / sqrt(inputs).</summary>
    public Linear Linear(long inputs, long outputs)
    {
        using var scope = NewDisposeScope();
        // The layer detaches them from the scope.
        return nn.Linear(Weight([outputs, inputs], inputs), Uniform([outputs], 1 / Math.Sqrt(inputs)));
    }

    /// <summary>Makes a weight as PyTorch's kaiming_uniform_ with a = sqrt(5) fills it, rounded as there.</summary>
    /// <param name="fan">How many numbers an output is summed from.</param>
    public Parameter Weight(long[] shape, long fan)
    {
        var slope = Math.Sqrt(5);
        return Uniform(shape, Math.Sqrt(3) * (Math.Sqrt(2 / (1 + slope * slope)) / Math.Sqrt(fan)));
    }

    /// <summary>Makes a parameter of numbers from the negative bound to the positive one.</summary>
    public Parameter Uniform(long[] shape, double bound)
    {
        using var _ = no_grad();
        var values = empty(shape);
        return new Parameter(_isNothing ? values : values.uniform_(-bound, bound, _generator));
    }

    public void Dispose() => _generator?.Dispose();
}
