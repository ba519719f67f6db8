using System.Text.Json;

namespace FashionAE.Torch;

/// <summary>An architecture as the metadata of a file describe it: the name of its type, and the record as JSON.</summary>
internal static class ArchitectureDescription
{
    private const string ArchitectureKey = "fashionae.architecture";
    private const string FormatKey = "fashionae.format";
    // Format 1, of version 0.1.0, has no checksum, which is all that sets them apart.
    private const int Format = 2;
    private const int UncheckedFormat = 1;

    private static readonly TypeDescription<AutoencoderArchitecture> Types = new(new Dictionary<string, Type>
    {
        ["convolutional"] = typeof(ConvolutionalArchitecture),
        ["dense"] = typeof(DenseArchitecture),
        ["vector"] = typeof(VectorArchitecture),
    });

    /// <summary>Makes the metadata of a file.</summary>
    /// <exception cref="NotSupportedException">A file could not name the architecture's type, or would give another shape.</exception>
    public static Dictionary<string, string> Metadata(AutoencoderArchitecture architecture)
    {
        var description = Describe(architecture);
        var name = architecture.GetType().Name;
        if (architecture.Parts is null && ShapeOf(description, name) is { } shape && shape != architecture.InputShape)
            throw new NotSupportedException(
                $"A file would hold {name} with the shape {shape} and not {architecture.InputShape}: let the record have a property for"
                + " what its InputShape is made of, such as Length or ImageShape, and give that to the base class.");
        return new()
        {
            ["format"] = "pt",
            [FormatKey] = $"{Format}",
            [ArchitectureKey] = description,
        };
    }

    /// <summary>Makes the architecture that a file has; its origin is what it is to the user, for messages.</summary>
    /// <exception cref="InvalidDataException">The file has none, or one of a type that the application does not know.</exception>
    public static AutoencoderArchitecture Read(SafeTensorsFile file, string origin)
    {
        if (!file.Metadata.TryGetValue(ArchitectureKey, out var description))
            throw new InvalidDataException(
                $"{origin} holds weights without an architecture: build the model and load them with AutoencoderFile.LoadWeights.");
        var format = file.Metadata.GetValueOrDefault(FormatKey, "unknown");
        if (format != $"{Format}" && format != $"{UncheckedFormat}")
            throw new InvalidDataException(
                $"{origin} is of format {format}; this version of FashionAE reads formats {UncheckedFormat} and {Format}.");
        if (format != $"{UncheckedFormat}" && !file.IsChecked)
            throw new InvalidDataException($"{origin} has lost its checksum: it was altered.");
        try
        {
            return Parse(description, origin);
        }
        catch (Exception e) when (e is JsonException || SavedAutoencoder.IsNoNetwork(e))
        {
            throw SavedAutoencoder.NoNetwork(origin, e);
        }
    }

    /// <summary>The architecture as JSON: the name of its type and what it holds.</summary>
    public static string Describe(AutoencoderArchitecture architecture) => $"{Types.Write(architecture)}";

    /// <summary>The shape that a reader of the description would find; null where it would find none.</summary>
    private static InputShape? ShapeOf(string description, string origin)
    {
        try
        {
            return Parse(description, origin).InputShape;
        }
        catch (Exception e) when (e is JsonException || SavedAutoencoder.IsNoNetwork(e))
        {
            return null;
        }
    }

    private static AutoencoderArchitecture Parse(string description, string origin)
    {
        using var document = JsonDocument.Parse(description);
        return Types.Read(document.RootElement, name => new InvalidDataException(
            $"{origin} holds a model of the architecture {SavedAutoencoder.Listed([name])}, which is not among this application's "
            + "assemblies: reference the assembly that defines it."));
    }
}
