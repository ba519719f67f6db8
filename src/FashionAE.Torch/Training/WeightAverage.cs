using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// A running mean of a network's weights, and of the statistics of batch normalization with them, over the last steps (Polyak and Juditsky
/// 1992): it judges better than the weights that still jump about it.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly double _decay;
    private readonly (Tensor Weight, Tensor Mean)[] _tensors;

    /// <param name="frozen">The names of tensors that stay as they are: a mean of equal numbers can differ from them by rounding.</param>
    public WeightAverage(Autoencoder model, double decay, IReadOnlySet<string> frozen)
    {
        _decay = decay;
        using var _ = no_grad();
        // What scales vectors was learned once, and stays as it is to the bit.
        var constant = model.named_modules().Where(named => named.module is ScalingLayer)
            .SelectMany(named => new[] { $"{named.name}.{ScalingLayer.OffsetName}", $"{named.name}.{ScalingLayer.ScaleName}" }).ToHashSet();
        constant.UnionWith(frozen);
        var weights = model.state_dict().Where(s => s.Value.is_floating_point() && !constant.Contains(s.Key)).ToArray();
        Means = weights.ToDictionary(s => s.Key, s => s.Value.detach().clone().DetachFromDisposeScope());
        _tensors = Array.ConvertAll(weights, s => (s.Value, Means[s.Key]));
    }

    /// <summary>
    /// Gets the mean by the names of the network's state; what is not a floating-point number, scales vectors or is frozen has none.
    /// </summary>
    public Dictionary<string, Tensor> Means { get; }

    /// <summary>Takes in the weights after a step.</summary>
    /// <param name="steps">How many steps there were, from 1. The mean of the first few weighs the last ones more: they are better.</param>
    public void Update(long steps)
    {
        var keep = Math.Min(_decay, (1.0 + steps) / (10 + steps));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (weight, mean) in _tensors)
            mean.Times_(keep).Plus_(weight, 1 - keep);
    }

    /// <summary>Exchanges the network's weights and their mean; a second time puts both back.</summary>
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
