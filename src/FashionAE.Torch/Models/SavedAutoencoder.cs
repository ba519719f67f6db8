using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// A trained autoencoder as a file holds it: an architecture, and tensors in managed memory. libtorch is needed to build the network
/// alone.
/// </summary>
internal sealed class SavedAutoencoder
{
    private readonly IReadOnlyDictionary<string, StoredTensor> _tensors;
    private readonly string _origin;

    private SavedAutoencoder(AutoencoderArchitecture architecture, IReadOnlyDictionary<string, StoredTensor> tensors, string origin) =>
        (Architecture, _tensors, _origin) = (architecture, tensors, origin);

    public AutoencoderArchitecture Architecture { get; }

    /// <summary>Gets what the network computes; null for one that must be built before that is known.</summary>
    public NetworkGraph? Graph => Architecture.Parts is { } parts
        ? new NetworkGraph(
            parts.Name, Architecture.InputShape, Architecture.LatentSize,
            (graph, images) => parts.Encoder.Write(graph, images, _tensors),
            (graph, latent) => parts.Decoder.Write(graph, latent, _tensors))
        {
            Scales = Scaling?.Scale,
            MasksMissing = Architecture.MasksMissing,
        }
        : null;

    /// <summary>Gets the offsets and scales of the slots of reconstructed vectors; null where they are not scaled.</summary>
    public (float[] Offset, float[] Scale)? Scaling => ScalingAt("decoder", (Architecture.Parts?.Decoder.Layers.Count ?? 0) - 1);

    public static SavedAutoencoder Of(Autoencoder model) =>
        new(model.Architecture, StoredTensor.Of(model.state_dict()), model.GetName());

    /// <summary>Takes the autoencoder of a file; its origin is what it is to the user, for messages.</summary>
    /// <exception cref="InvalidDataException">The file has no architecture, or tensors that do not fit it.</exception>
    public static SavedAutoencoder Of(SafeTensorsFile file, string origin)
    {
        var architecture = ArchitectureDescription.Read(file, origin);
        try
        {
            if (architecture.Parts is { } parts)
                origin = Fit(file.Tensors, parts.State, parts.Name, origin);
            var saved = new SavedAutoencoder(architecture, file.Tensors, origin);
            foreach (var scaling in new[] { saved.ScalingAt("encoder", 0), saved.Scaling })
                if (scaling is { Scale: var scales } && !Array.TrueForAll(scales, scale => scale > 0))
                    throw new InvalidDataException($"{origin} has a slot whose scale is not above 0, which no training gives.");
            return saved;
        }
        catch (Exception e) when (IsNoNetwork(e))
        {
            throw NoNetwork(origin, e);
        }
    }

    /// <summary>Builds the network.</summary>
    /// <param name="device">The device to put it on; the CPU unless given.</param>
    /// <returns>The network, in evaluation mode; the caller disposes it.</returns>
    /// <exception cref="InvalidDataException">The architecture builds no network, or one that the tensors do not fit.</exception>
    public Autoencoder Build(Device? device = null)
    {
        Autoencoder model;
        try
        {
            using var weights = new InitialWeights(isNothing: true);
            model = Architecture.Build(weights);
        }
        catch (Exception e) when (IsNoNetwork(e))
        {
            throw NoNetwork(_origin, e);
        }
        try
        {
            // Those of a described network were fitted when the file was read.
            var tensors = _tensors.ToDictionary();
            if (Architecture.Parts is null)
                Fit(tensors, TensorForm.Of(model.state_dict()), model.GetName(), _origin);
            Copy(tensors, model);
            model.eval();
            return device is null ? model : model.to(device);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    public void Write(Stream stream) =>
        SafeTensorsFile.Write(stream, _tensors, ArchitectureDescription.Metadata(Architecture));

    /// <summary>Copies tensors, which another program may have written, into a model.</summary>
    /// <exception cref="InvalidDataException">They do not fit the model, which is left as it was.</exception>
    public static void CopyTo(Autoencoder model, Dictionary<string, StoredTensor> tensors, string origin)
    {
        Fit(tensors, TensorForm.Of(model.state_dict()), model.GetName(), origin);
        Copy(tensors, model);
    }

    /// <summary>Refuses tensors whose names, types or shapes are not those of a model's state, or whose values are no numbers.</summary>
    public static void CheckFits(
        IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, TensorForm> state, string model, string origin)
    {
        string[] missing = [.. state.Keys.Where(name => !tensors.ContainsKey(name))];
        string[] unknown = [.. tensors.Keys.Where(name => !state.ContainsKey(name))];
        if (missing.Length > 0)
            throw new InvalidDataException(
                $"{origin} has no tensor {Listed(missing)}, which {model} needs"
                + $"{(unknown.Length > 0 ? $", but {Listed(unknown)}" : "")}: it holds another model.");
        if (unknown.Length > 0)
            throw new InvalidDataException(
                $"{origin} has a tensor {Listed(unknown)}, which {model} does not know: it holds another model.");
        foreach (var (name, form) in state)
        {
            var tensor = tensors[name];
            if (!tensor.Shape.SequenceEqual(form.Shape))
                throw new InvalidDataException(
                    $"{origin} has '{name}' as [{string.Join(", ", tensor.Shape)}]; {model} needs [{string.Join(", ", form.Shape)}]: "
                    + "it holds a model of another shape.");
            if (tensor.Type != form.Type)
                throw new InvalidDataException(
                    $"{origin} has '{name}' as {tensor.Type}; {model} needs {form.Type}: "
                    + "it holds another model, or weights that were quantized.");
        }
        if (tensors.FirstOrDefault(t => !t.Value.IsFinite()).Key is { } bad)
            throw new InvalidDataException(
                $"{origin} has values in '{bad}' that are infinite or no numbers: its training failed, or it was altered.");
    }

    /// <summary>Whether an exception says that an architecture, which may be one's own, cannot be made or built.</summary>
    public static bool IsNoNetwork(Exception e) => e is ArgumentException or NotSupportedException or InvalidOperationException
        or KeyNotFoundException or OverflowException or ExternalException or OutOfMemoryException;

    /// <summary>Refuses an architecture. The reason may quote it, which in a file can be of any length.</summary>
    public static InvalidDataException NoNetwork(string origin, Exception e) =>
        new($"{origin} has an architecture that makes no model: {string.Concat(e.Message.Take(1000))}", e);

    /// <summary>The first few names, each no longer than fits in a line.</summary>
    public static string Listed(string[] names)
    {
        const int Few = 3;
        const int Longest = 200;
        var first = names.Take(Few).Select(name => $"'{(name.Length <= Longest ? name : name[..Longest] + "...")}'");
        return string.Join(", ", first) + (names.Length > Few ? $" and {names.Length - Few} more" : "");
    }

    private (float[] Offset, float[] Scale)? ScalingAt(string part, int layer)
    {
        float[] Floats(string name) => [.. _tensors[$"{part}.{layer}.{name}"].Floats];
        return Architecture is VectorArchitecture { Scaling: not FeatureScaling.None }
            ? (Floats(ScalingLayer.OffsetName), Floats(ScalingLayer.ScaleName))
            : null;
    }

    private static void Copy(Dictionary<string, StoredTensor> tensors, Autoencoder model)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var state = model.state_dict();
        foreach (var (name, tensor) in tensors)
            state[name].copy_(tensor.ToTensor());
    }

    /// <summary>Fits tensors to the names and types of a state, and gives their origin, with what was removed from their names.</summary>
    private static string Fit(
        Dictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, TensorForm> state, string model, string origin)
    {
        if (ForeignWeights.Rename(tensors, state.Keys.ToHashSet()) is { Length: > 0 } removed)
            origin += $" (without '{removed}' in its names)";
        ForeignWeights.Convert(tensors, state, origin);
        CheckFits(tensors, state, model, origin);
        return origin;
    }
}
