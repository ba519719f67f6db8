using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Describes one layer of a network.</summary>
/// <param name="Name">The name of the layer in the network, such as "encoder.0".</param>
/// <param name="Kind">The kind of the layer, such as "Conv2d".</param>
/// <param name="OutputShape">The shape of the output for one image, without the batch dimension.</param>
/// <param name="Parameters">The number of parameter values.</param>
public sealed record LayerSummary(string Name, string Kind, IReadOnlyList<long> OutputShape, long Parameters)
{
    /// <summary>Lists the layers of a network in the order in which an image passes through them.</summary>
    /// <param name="model">The network. Its mode (training or evaluation) is restored.</param>
    /// <returns>The layers that contain no other layers.</returns>
    public static IReadOnlyList<LayerSummary> Of(Autoencoder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var layers = new List<LayerSummary>();
        var removals = new List<Action>();
        // A layer with several names would otherwise be listed under each of them.
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
            // In training mode, batch normalization fails for a single image.
            model.InEvaluationMode(() => model.call(zeros(model.InputShape.Batch(1), device: model.Device)));
        }
        finally
        {
            removals.ForEach(remove => remove());
        }
        return layers;
    }
}
