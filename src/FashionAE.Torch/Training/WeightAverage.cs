using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// A running mean of a network's weights, and of the statistics of batch normalization with them, over the last steps (Polyak and Juditsky
/// 1992): it judges better than the weights that still jump about it.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly double _decay;
    private readonly (string Name, Tensor Weight, Tensor Mean)[] _tensors;

    /// <param name="model">The network, whose weights now are the first mean.</param>
    /// <param name="decay">The share of the mean that a step leaves, within (0, 1).</param>
    public WeightAverage(Autoencoder model, double decay)
    {
        _decay = decay;
        using var _ = no_grad();
        _tensors = [.. model.state_dict().Where(s => s.Value.is_floating_point()).Select(s => (s.Key, s.Value, s.Value.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>Gets the mean by the names of the network's state; what is not a floating-point number has none.</summary>
    public IEnumerable<(string Name, Tensor Mean)> State => _tensors.Select(t => (t.Name, t.Mean));

    /// <summary>Takes in the weights after a step.</summary>
    /// <param name="steps">How many steps there were, from 1: the mean of the first few weighs the last ones more, since they are the better.</param>
    public void Update(long steps)
    {
        var keep = Math.Min(_decay, (1.0 + steps) / (10 + steps));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var kept = keep.ToScalar();
        using var added = (1 - keep).ToScalar();
        foreach (var (_, weight, mean) in _tensors)
            mean.mul_(kept).add_(weight, added);
    }

    /// <summary>Exchanges the network's weights and their mean; a second time puts both back.</summary>
    public void Swap()
    {
        using var _ = no_grad();
        foreach (var (_, weight, mean) in _tensors)
        {
            using var kept = weight.detach().clone();
            weight.copy_(mean);
            mean.copy_(kept);
        }
    }

    public void Dispose()
    {
        foreach (var (_, _, mean) in _tensors)
            mean.Dispose();
    }
}
