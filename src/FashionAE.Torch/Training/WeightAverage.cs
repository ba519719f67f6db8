using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Keeps a running mean of a network's weights, and of its batch normalization statistics, over the last steps (Polyak and Juditsky 1992).
/// The mean often generalizes better than the current weights, which fluctuate around it.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly double _decay;
    private readonly (Tensor Weight, Tensor Mean)[] _tensors;

    /// <param name="model">The network.</param>
    /// <param name="decay">The share of the mean that a step keeps, within (0, 1).</param>
    /// <param name="frozen">
    /// The names of tensors that stay unchanged. They are left out, because the mean of equal values can differ from them by rounding.
    /// </param>
    public WeightAverage(Autoencoder model, double decay, IReadOnlySet<string> frozen)
    {
        _decay = decay;
        using var _ = no_grad();
        // The scaling of vectors is learned once, and must stay unchanged bit for bit.
        var constant = model.named_modules().Where(named => named.module is ScalingLayer)
            .SelectMany(named => new[] { $"{named.name}.{ScalingLayer.OffsetName}", $"{named.name}.{ScalingLayer.ScaleName}" }).ToHashSet();
        constant.UnionWith(frozen);
        var weights = model.state_dict().Where(s => s.Value.is_floating_point() && !constant.Contains(s.Key)).ToArray();
        Means = weights.ToDictionary(s => s.Key, s => s.Value.detach().clone().DetachFromDisposeScope());
        _tensors = Array.ConvertAll(weights, s => (s.Value, Means[s.Key]));
    }

    /// <summary>Gets the means, by the names of the network's state. Integers, scaling values and frozen tensors have no mean.</summary>
    public Dictionary<string, Tensor> Means { get; }

    /// <summary>Adds the weights after a step to the mean.</summary>
    /// <param name="steps">
    /// The number of steps so far, from 1. In the first steps, recent weights have more influence on the mean, because they are better.
    /// </param>
    public void Update(long steps)
    {
        var keep = Math.Min(_decay, (1.0 + steps) / (10 + steps));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (weight, mean) in _tensors)
            mean.Times_(keep).Plus_(weight, 1 - keep);
    }

    /// <summary>Exchanges the network's weights with their means. A second call restores both.</summary>
    public void Swap()
    {
        using var _ = no_grad();
        foreach (var (weight, mean) in _tensors)
        {
            using var kept = weight.detach().clone();
            weight.copy_(mean);
            mean.copy_(kept);
        }
    }

    public void Dispose()
    {
        foreach (var mean in Means.Values)
            mean.Dispose();
    }
}
