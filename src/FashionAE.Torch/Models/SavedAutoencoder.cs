using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// A trained autoencoder as stored in a file: an architecture, and tensors in managed memory. Only building the network needs libtorch.
/// </summary>
internal sealed class SavedAutoencoder
{
    private readonly IReadOnlyDictionary<string, StoredTensor> _tensors;
    private readonly string _origin;

    private SavedAutoencoder(AutoencoderArchitecture architecture, IReadOnlyDictionary<string, StoredTensor> tensors, string origin) =>
        (Architecture, _tensors, _origin) = (architecture, tensors, origin);

    public AutoencoderArchitecture Architecture { get; }

    /// <summary>Gets the computation of the network; null for a custom network, which must be built first.</summary>
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

    /// <summary>Gets the offsets and scales of the slots of reconstructed vectors; null if they are not scaled.</summary>
    public (float[] Offset, float[] Scale)? Scaling => ScalingAt("decoder", (Architecture.Parts?.Decoder.Layers.Count ?? 0) - 1);

    public static SavedAutoencoder Of(Autoencoder model) =>
        new(model.Architecture, StoredTensor.Of(model.state_dict()), model.GetName());

    /// <summary>Creates an instance from a file. Messages call the file <paramref name="origin"/>.</summary>
    /// <exception cref="InvalidDataException">The file has no architecture, or its tensors do not fit the architecture.</exception>
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
                    throw new InvalidDataException($"{origin} has a slot with a scale that is not above 0: the file was altered.");
            return saved;
        }
        catch (Exception e) when (IsNoNetwork(e))
        {
            throw NoNetwork(origin, e);
        }
    }

    /// <summary>Builds the network.</summary>
    /// <param name="device">The device for the network; null for the CPU.</param>
    /// <returns>The network, in evaluation mode. The caller must dispose it.</returns>
    /// <exception cref="InvalidDataException">
    /// The network cannot be built from the architecture, or the tensors do not fit the network.
    /// </exception>
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
            // For a network of this library, Of matched the tensors already.
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

    /// <summary>Copies tensors, which may come from another program, into a model.</summary>
    /// <exception cref="InvalidDataException">The tensors do not fit the model. The model is unchanged.</exception>
    public static void CopyTo(Autoencoder model, Dictionary<string, StoredTensor> tensors, string origin)
    {
        Fit(tensors, TensorForm.Of(model.state_dict()), model.GetName(), origin);
        Copy(tensors, model);
    }

    /// <summary>
    /// Throws if the names, types or shapes of tensors differ from those of a model's state, or if a value is NaN or infinite.
    /// </summary>
    public static void CheckFits(
        IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, TensorForm> state, string model, string origin)
    {
        string[] missing = [.. state.Keys.Where(name => !tensors.ContainsKey(name))];
        string[] unknown = [.. tensors.Keys.Where(name => !state.ContainsKey(name))];
        if (missing.Length > 0)
            throw new InvalidDataException(
                $"{origin} has no tensor {Listed(missing)}, which {model} needs"
                + $"{(unknown.Length > 0 ? $", but {Listed(unknown)}" : "")}: it is the file of another model.");
        if (unknown.Length > 0)
            throw new InvalidDataException(
                $"{origin} has a tensor {Listed(unknown)}, which {model} does not know: it is the file of another model.");
        foreach (var (name, form) in state)
        {
            var tensor = tensors[name];
            if (!tensor.Shape.SequenceEqual(form.Shape))
                throw new InvalidDataException(
                    $"{origin} has '{name}' as [{string.Join(", ", tensor.Shape)}]; {model} needs [{string.Join(", ", form.Shape)}]: "
                    + "it is the file of a model with another shape.");
            if (tensor.Type != form.Type)
                throw new InvalidDataException(
                    $"{origin} has '{name}' as {tensor.Type}; {model} needs {form.Type}: "
                    + "it is the file of another model, or its weights are quantized.");
        }
        if (tensors.FirstOrDefault(t => !t.Value.IsFinite()).Key is { } bad)
            throw new InvalidDataException(
                $"{origin} has values in '{bad}' that are infinite or NaN: its training failed, or the file was altered.");
    }

    /// <summary>Returns whether an exception means that an architecture, which may be custom, is invalid or cannot be built.</summary>
    public static bool IsNoNetwork(Exception e) => e is ArgumentException or NotSupportedException or InvalidOperationException
        or KeyNotFoundException or OverflowException or ExternalException or OutOfMemoryException;

    /// <summary>
    /// Creates the exception for an invalid architecture. The reason is cut after 1,000 characters, because it may quote a long text from
    /// the file.
    /// </summary>
    public static InvalidDataException NoNetwork(string origin, Exception e) =>
        new($"{origin} has an architecture from which no model can be built: {string.Concat(e.Message.Take(1000))}", e);

    /// <summary>Lists the first few names, shortened to fit in a line.</summary>
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

    /// <summary>
    /// Matches tensors to the names and types of a state. Returns the origin, with a note about parts removed from the names.
    /// </summary>
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
