using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Describes one layer of a network.</summary>
/// <param name="Name">Its name within the network, such as "encoder.0".</param>
/// <param name="Kind">Its kind, such as "Conv2d".</param>
/// <param name="OutputShape">The shape of its output for one image, without the batch dimension.</param>
/// <param name="Parameters">How many numbers it learns.</param>
public sealed record LayerSummary(string Name, string Kind, IReadOnlyList<long> OutputShape, long Parameters)
{
    /// <summary>Lists the layers of a network in the order in which an image passes them.</summary>
    /// <param name="model">The network; its mode (training or not) is left as it was.</param>
    /// <returns>The layers; only those that have no layers inside.</returns>
    public static IReadOnlyList<LayerSummary> Of(Autoencoder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var layers = new List<LayerSummary>();
        var removals = new List<Action>();
        // A layer that has several names would otherwise be listed under all of them at each call.
        foreach (var (name, module) in model.named_modules().DistinctBy(named => named.module, ReferenceEqualityComparer.Instance))
        {
            if (module is not nn.Module<Tensor, Tensor> layer || layer.children().Any())
                continue;
            var hook = layer.register_forward_hook((_, _, output) =>
            {
                layers.Add(new LayerSummary(name, layer.GetName(), output.shape[1..], layer.parameters().Sum(p => p.NumberOfElements)));
                return output;
            });
            removals.Add(hook.remove);
        }

        try
        {
            // Batch normalization cannot train on a batch of one.
            model.InEvaluationMode(() => model.call(zeros(model.InputShape.Batch(1), device: model.Device)));
        }
        finally
        {
            removals.ForEach(remove => remove());
        }
        return layers;
    }
}
