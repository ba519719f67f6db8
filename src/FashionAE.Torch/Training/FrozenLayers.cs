using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Specifies the part of an autoencoder that training leaves unchanged.</summary>
public enum FrozenPart
{
    /// <summary>No part: all weights are trained.</summary>
    None,

    /// <summary>The encoder. Latent vectors stay the same, and only the decoder is trained.</summary>
    Encoder,

    /// <summary>The decoder. The meaning of latent vectors stays the same, and only the encoder is trained.</summary>
    Decoder,
}

/// <summary>
/// Keeps the layers of one part unchanged, bit for bit, during training. They get no gradients, so neither a step nor weight decay changes
/// them. They run in evaluation mode, so batch normalization keeps its statistics.
/// </summary>
internal sealed class FrozenLayers : IDisposable
{
    private readonly Autoencoder _model;
    private readonly nn.Module? _part;
    private readonly Parameter[] _parameters;

    public FrozenLayers(Autoencoder model, FrozenPart part)
    {
        (_model, _part) = (model, Find(model, part));
        // Only parameters that are trainable now are enabled again in Dispose: those that the user froze stay frozen.
        _parameters = [.. (_part?.parameters() ?? []).Where(parameter => parameter.requires_grad)];
        var tensors = _part?.state_dict().Values.Select(tensor => tensor.Handle).ToHashSet() ?? [];
        Names = [.. model.state_dict().Where(entry => tensors.Contains(entry.Value.Handle)).Select(entry => entry.Key)];
        foreach (var parameter in _parameters)
            parameter.requires_grad = false;
    }

    /// <summary>Gets the names of the frozen tensors in the network's state.</summary>
    public HashSet<string> Names { get; }

    /// <summary>Throws an exception if the network does not have the part, or has no weights outside it.</summary>
    /// <exception cref="ArgumentException">No layer has the part's name, or there are no weights outside the part.</exception>
    public static void Check(Autoencoder model, FrozenPart part)
    {
        if (Find(model, part) is not { } module)
            return;
        var frozen = module.parameters().Select(parameter => parameter.Handle).ToHashSet();
        if (model.parameters().All(parameter => frozen.Contains(parameter.Handle)))
            throw new ArgumentException(
                $"FrozenPart is {part}, but {model.GetName()} has no weights outside its {Name(part)}: set it to None.", nameof(part));
    }

    /// <summary>Sets the trained layers to training mode and the frozen layers to evaluation mode.</summary>
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
            + " or set requires_grad to false for the weights to freeze.",
            nameof(part));
    }
}
