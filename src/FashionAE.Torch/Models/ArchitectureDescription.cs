using System.Text.Json;

namespace FashionAE.Torch;

/// <summary>Converts an architecture to and from the metadata of a file: the name of its type, and the record as JSON.</summary>
internal static class ArchitectureDescription
{
    private const string ArchitectureKey = "fashionae.architecture";
    private const string FormatKey = "fashionae.format";
    // Format 1, of version 0.1.0, has no checksum. Otherwise the formats are the same.
    private const int Format = 2;
    private const int UncheckedFormat = 1;

    private static readonly TypeDescription<AutoencoderArchitecture> Types = new(new Dictionary<string, Type>
    {
        ["convolutional"] = typeof(ConvolutionalArchitecture),
        ["dense"] = typeof(DenseArchitecture),
        ["vector"] = typeof(VectorArchitecture),
    });

    /// <summary>Creates the metadata of a file.</summary>
    /// <exception cref="NotSupportedException">
    /// A file cannot name the architecture's type, or reading it back would give a different shape.
    /// </exception>
    public static Dictionary<string, string> Metadata(AutoencoderArchitecture architecture)
    {
        var description = Describe(architecture);
        var name = architecture.GetType().Name;
        if (architecture.Parts is null && ShapeOf(description, name) is { } shape && shape != architecture.InputShape)
            throw new NotSupportedException(
                $"A file would hold {name} with the shape {shape} and not {architecture.InputShape}: add a property for the data of"
                + " InputShape to the record, such as Length or ImageShape, and pass InputShape to the base class.");
        return new()
        {
            ["format"] = "pt",
            [FormatKey] = $"{Format}",
            [ArchitectureKey] = description,
        };
    }

    /// <summary>Reads the architecture in a file. Messages call the file <paramref name="origin"/>.</summary>
    /// <exception cref="InvalidDataException">
    /// The architecture is missing, invalid or unknown to the application, the format of the file is unknown, or its checksum is missing.
    /// </exception>
    public static AutoencoderArchitecture Read(SafeTensorsFile file, string origin)
    {
        if (!file.Metadata.TryGetValue(ArchitectureKey, out var description))
            throw new InvalidDataException(
                $"{origin} contains weights without an architecture: build the model and load them with AutoencoderFile.LoadWeights.");
        var format = file.Metadata.GetValueOrDefault(FormatKey, "unknown");
        if (format != $"{Format}" && format != $"{UncheckedFormat}")
            throw new InvalidDataException(
                $"{origin} has format {format}; this version of FashionAE reads formats {UncheckedFormat} and {Format}.");
        if (format != $"{UncheckedFormat}" && !file.IsChecked)
            throw new InvalidDataException($"{origin} has lost its checksum: the file was altered.");
        try
        {
            return Parse(description, origin);
        }
        catch (Exception e) when (e is JsonException || SavedAutoencoder.IsNoNetwork(e))
        {
            throw SavedAutoencoder.NoNetwork(origin, e);
        }
    }

    /// <summary>Returns the architecture as JSON: the name of its type and its properties.</summary>
    public static string Describe(AutoencoderArchitecture architecture) => $"{Types.Write(architecture)}";

    /// <summary>Returns the shape that a reader of the description would get; null if the description is invalid.</summary>
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
