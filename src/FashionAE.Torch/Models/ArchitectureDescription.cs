using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FashionAE.Torch;

/// <summary>An architecture as the metadata of a file describe it: the name of its type, and the record as JSON.</summary>
internal static partial class ArchitectureDescription
{
    private const string ArchitectureKey = "fashionae.architecture";
    private const string FormatKey = "fashionae.format";
    // Format 1, of version 0.1.0, has no checksum, which is all that sets them apart.
    private const int Format = 2;
    private const int UncheckedFormat = 1;
    private const int LongestName = 500;

    private static readonly Dictionary<string, Type> KnownArchitectures = new()
    {
        ["convolutional"] = typeof(ConvolutionalArchitecture),
        ["dense"] = typeof(DenseArchitecture),
    };

    /// <summary>Makes the metadata of a file.</summary>
    /// <exception cref="NotSupportedException">The architecture's type is one that no file could name.</exception>
    public static Dictionary<string, string> Metadata(AutoencoderArchitecture architecture) => new()
    {
        ["format"] = "pt",
        [FormatKey] = $"{Format}",
        [ArchitectureKey] = Describe(architecture),
    };

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
    public static string Describe(AutoencoderArchitecture architecture)
    {
        var type = architecture.GetType();
        var name = KnownArchitectures.FirstOrDefault(k => k.Value == type).Key ?? $"{type.FullName}, {type.Assembly.GetName().Name}";
        if (!KnownArchitectures.ContainsKey(name) && (name.Length > LongestName || !PlainName().IsMatch(name)))
            throw new NotSupportedException(
                $"'{name}' is no plain type, so no file could name it: a network needs a record of its own, without type arguments.");
        return JsonSerializer.Serialize(new { type = name, options = JsonSerializer.SerializeToElement(architecture, type) });
    }

    private static AutoencoderArchitecture Parse(string description, string origin)
    {
        using var document = JsonDocument.Parse(description);
        var name = document.RootElement.GetProperty("type").GetString() ?? "";
        var type = KnownArchitectures.GetValueOrDefault(name) ?? FindType(name);
        if (type is null || type.IsAbstract || !type.IsSubclassOf(typeof(AutoencoderArchitecture)))
            throw new InvalidDataException(
                $"{origin} holds a model of the architecture {SavedAutoencoder.Listed([name])}, which is not among this application's "
                + "assemblies: reference the assembly that defines it.");
        return (AutoencoderArchitecture?)document.RootElement.GetProperty("options").Deserialize(type)
            ?? throw new JsonException("it is empty.");
    }

    // Arrays, pointers and generic types are no architectures, and their names can take long to look up, or without end.
    [GeneratedRegex(@"^(?<type>[\w.]+(\+\w+)*), (?<assembly>[\w.-]+( [\w.-]+)*)$", RegexOptions.NonBacktracking)]
    private static partial Regex PlainName();

    /// <summary>Finds a type in an assembly that the application loaded or refers to: no other is loaded because a file names it.</summary>
    private static Type? FindType(string name)
    {
        if (name.Length > LongestName || PlainName().Match(name) is not { Success: true } match)
            return null;
        var (type, assembly) = (match.Groups["type"].Value, match.Groups["assembly"].Value);
        // The assembly of an architecture refers to this one.
        var here = typeof(ArchitectureDescription).Assembly.GetName().Name;
        var loaded = AppDomain.CurrentDomain.GetAssemblies();
        if (loaded.Where(a => a.GetName().Name == assembly).Select(a => a.GetType(type)).FirstOrDefault(t => t is not null) is { } known)
            return known;
        var users = loaded.Where(a => a == Assembly.GetEntryAssembly() || Refers(a, here));
        if (users.SelectMany(a => a.GetReferencedAssemblies()).FirstOrDefault(r => r.Name == assembly) is not { } referred)
            return null;
        try
        {
            return Assembly.Load(referred) is var found && Refers(found, here) ? found.GetType(type) : null;
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            return null;
        }
    }

    private static bool Refers(Assembly assembly, string? name) => assembly.GetReferencedAssemblies().Any(r => r.Name == name);
}
