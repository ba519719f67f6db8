using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Initializes the weights of a new network from torch's default generator or from a seed, or leaves them undefined if a file will set
/// them.
/// </summary>
internal sealed class InitialWeights : IDisposable
{
    private readonly Generator? _generator;
    private readonly bool _isNothing;

    /// <param name="seed">The seed; null to draw from the default generator.</param>
    /// <param name="isNothing">Whether the weights stay undefined until others are copied to them.</param>
    public InitialWeights(int? seed = null, bool isNothing = false)
    {
        NativeTorch.EnsureLoaded();
        (Seed, _isNothing) = (seed, isNothing);
        _generator = seed is { } number ? new Generator((ulong)number) : null;
    }

    public int? Seed { get; }

    /// <summary>
    /// Creates a linear layer with PyTorch's initial weights. Weights and biases are uniform in [-b, b] with b = 1 / sqrt(inputs).
    /// </summary>
    public Linear Linear(long inputs, long outputs)
    {
        using var scope = NewDisposeScope();
        // The layer detaches the parameters from the dispose scope.
        return nn.Linear(Weight([outputs, inputs], inputs), Uniform([outputs], 1 / Math.Sqrt(inputs)));
    }

    /// <summary>Creates a weight like PyTorch's kaiming_uniform_ with a = sqrt(5), with the same rounding.</summary>
    /// <param name="shape">The shape of the weight.</param>
    /// <param name="fan">The number of values that are summed for one output (fan-in).</param>
    public Parameter Weight(long[] shape, long fan)
    {
        var slope = Math.Sqrt(5);
        return Uniform(shape, Math.Sqrt(3) * (Math.Sqrt(2 / (1 + slope * slope)) / Math.Sqrt(fan)));
    }

    /// <summary>Creates a parameter with uniform values between the negative and the positive bound.</summary>
    public Parameter Uniform(long[] shape, double bound)
    {
        using var _ = no_grad();
        var values = empty(shape);
        return new Parameter(_isNothing ? values : values.uniform_(-bound, bound, _generator));
    }

    public void Dispose() => _generator?.Dispose();
}
