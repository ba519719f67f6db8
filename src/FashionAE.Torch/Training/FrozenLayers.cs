using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>The part of an autoencoder that a training keeps as it is.</summary>
public enum FrozenPart
{
    /// <summary>Everything is trained.</summary>
    None,

    /// <summary>The encoder is kept: latent vectors stay what they are, and the decoder is trained.</summary>
    Encoder,

    /// <summary>The decoder is kept: what a latent vector means stays, and the encoder is trained.</summary>
    Decoder,
}

/// <summary>
/// Keeps the layers of one part as they are, bit for bit, while the others are trained. They get no gradients, so that neither a step nor
/// weight decay moves them, and compute as in evaluation, so that batch normalization keeps its statistics.
/// </summary>
internal sealed class FrozenLayers : IDisposable
{
    private readonly Autoencoder _model;
    private readonly nn.Module? _part;
    private readonly Parameter[] _parameters;

    public FrozenLayers(Autoencoder model, FrozenPart part)
    {
        (_model, _part) = (model, Find(model, part));
        // Those that a user has frozen are not thawed afterwards.
        _parameters = [.. (_part?.parameters() ?? []).Where(parameter => parameter.requires_grad)];
        var tensors = _part?.state_dict().Values.Select(tensor => tensor.Handle).ToHashSet() ?? [];
        Names = [.. model.state_dict().Where(entry => tensors.Contains(entry.Value.Handle)).Select(entry => entry.Key)];
        foreach (var parameter in _parameters)
            parameter.requires_grad = false;
    }

    /// <summary>Gets the names of the frozen tensors in the network's state.</summary>
    public HashSet<string> Names { get; }

    /// <summary>Refuses a part that the network does not have, or beside which there is nothing to train.</summary>
    /// <exception cref="ArgumentException">There is no layer of that name, or there are no weights outside of it.</exception>
    public static void Check(Autoencoder model, FrozenPart part)
    {
        if (Find(model, part) is not { } module)
            return;
        var frozen = module.parameters().Select(parameter => parameter.Handle).ToHashSet();
        if (model.parameters().All(parameter => frozen.Contains(parameter.Handle)))
            throw new ArgumentException(
                $"FrozenPart is {part}, but {model.GetName()} has no weights outside of its {Name(part)}: set it to None.", nameof(part));
    }

    /// <summary>Brings the layers that are trained to training mode, and the frozen ones to evaluation mode.</summary>
    public void BeginTraining()
    {
        _model.train();
        _part?.eval();
    }

    public void Dispose()
    {
        foreach (var parameter in _parameters)
            parameter.requires_grad = true;
    }

    private static string Name(FrozenPart part) => part == FrozenPart.Encoder ? "encoder" : "decoder";

    private static nn.Module? Find(Autoencoder model, FrozenPart part)
    {
        if (part == FrozenPart.None)
            return null;
        return model.named_children().FirstOrDefault(child => child.name == Name(part)).module ?? throw new ArgumentException(
            $"FrozenPart is {part}, but {model.GetName()} has no layer that is registered as '{Name(part)}': register it under that name,"
            + " or set requires_grad to false for the weights to keep.",
            nameof(part));
    }
}
