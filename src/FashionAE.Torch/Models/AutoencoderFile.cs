using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// An autoencoder in one file: its weights as safetensors under PyTorch's names, its architecture as JSON in the metadata. Python
/// reads the weights with <c>safetensors.torch.load_file(path)</c>.
/// </summary>
public static partial class AutoencoderFile
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

    /// <summary>Saves a model to a file, whole or not at all.</summary>
    /// <param name="model">The model, on any device.</param>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="IOException">The file could not be written; what was there before still is.</exception>
    public static void Save(Autoencoder model, string path) => AtomicFile.Write(path, stream => Save(model, stream));

    /// <summary>Saves a model to a stream.</summary>
    /// <param name="model">The model, on any device.</param>
    /// <param name="stream">The stream to write to.</param>
    public static void Save(Autoencoder model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        SafeTensorsFile.Write(stream, model.state_dict(), new Dictionary<string, string>
        {
            ["format"] = "pt",
            [FormatKey] = $"{Format}",
            [ArchitectureKey] = Describe(model.Architecture),
        });
    }

    /// <summary>Loads a model.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="device">The device to put the model on; the CPU unless given.</param>
    /// <returns>The model, ready to score (not in training mode); the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is corrupt, has no architecture, or has weights that do not fit it.</exception>
    public static Autoencoder Load(string path, Device? device = null)
    {
        using var file = SafeTensorsFile.Read(path);
        return Build(file, path, device);
    }

    /// <summary>Loads a model from a stream.</summary>
    /// <param name="stream">The stream, at the beginning of the model, which is read to its end; it need not seek.</param>
    /// <param name="device">The device to put the model on; the CPU unless given.</param>
    /// <returns>The model, ready to score (not in training mode); the caller disposes it.</returns>
    /// <exception cref="InvalidDataException">It is corrupt, has no architecture, or has weights that do not fit it.</exception>
    public static Autoencoder Load(Stream stream, Device? device = null)
    {
        using var file = SafeTensorsFile.Read(stream);
        return Build(file, "The model", device);
    }

    /// <summary>Loads weights alone, such as PyTorch's, into a model.</summary>
    /// <param name="model">The model; its weights change in place.</param>
    /// <param name="path">A safetensors file with a tensor for every entry of the model's state.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is corrupt or does not fit the model, which is left as it was.</exception>
    public static void LoadWeights(Autoencoder model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var file = SafeTensorsFile.Read(path);
        Copy(file.Tensors, model, path);
    }

    /// <summary>Copies tensors, which another program may have written, into a model.</summary>
    private static void Copy(Dictionary<string, Tensor> tensors, Autoencoder model, string origin)
    {
        var state = model.state_dict();
        if (ForeignWeights.Rename(tensors, state.Keys.ToHashSet()) is { Length: > 0 } removed)
            origin += $" (without '{removed}' in its names)";
        ForeignWeights.Convert(tensors, state, origin);
        CheckFits(tensors, state, model.GetName(), origin);
        model.load_state_dict(tensors);
    }

    /// <summary>Refuses tensors whose names, types or shapes are not those of a model's state, or whose values are no numbers.</summary>
    internal static void CheckFits(Dictionary<string, Tensor> tensors, Dictionary<string, Tensor> state, string model, string origin)
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
        foreach (var (name, target) in state)
        {
            var (shape, needed) = (tensors[name].shape, target.shape);
            if (!shape.SequenceEqual(needed))
                throw new InvalidDataException(
                    $"{origin} has '{name}' as [{string.Join(", ", shape)}]; {model} needs [{string.Join(", ", needed)}]: "
                    + "it holds a model of another shape.");
            if (tensors[name].dtype != target.dtype)
                throw new InvalidDataException(
                    $"{origin} has '{name}' as {tensors[name].dtype}; {model} needs {target.dtype}: "
                    + "it holds another model, or weights that were quantized.");
        }
        using var scope = NewDisposeScope();
        if (tensors.FirstOrDefault(t => !t.Value.isfinite().all().item<bool>()).Key is { } bad)
            throw new InvalidDataException(
                $"{origin} has values in '{bad}' that are infinite or no numbers: its training failed, or it was altered.");
    }

    /// <summary>The first few names, each no longer than fits in a line.</summary>
    private static string Listed(string[] names)
    {
        const int Few = 3;
        const int Longest = 200;
        var first = names.Take(Few).Select(name => $"'{(name.Length <= Longest ? name : name[..Longest] + "...")}'");
        return string.Join(", ", first) + (names.Length > Few ? $" and {names.Length - Few} more" : "");
    }

    /// <summary>Makes the model that a file holds; its origin is what it is to the user, for messages.</summary>
    /// <exception cref="InvalidDataException">The file has no architecture, or weights that do not fit it.</exception>
    internal static Autoencoder Build(SafeTensorsFile file, string origin, Device? device = null)
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
        Autoencoder model;
        try
        {
            var architecture = Parse(description, origin);
            // No small file makes a large network. What differs by little is built, and then told by name.
            var (tensors, numbers) = (file.Tensors.Count, file.Tensors.Values.Sum(tensor => tensor.NumberOfElements));
            if (architecture.StateSize is { } size && (size.Tensors > 2 * tensors + 16 || size.Numbers > 2.0 * numbers + (1 << 20)))
                throw new InvalidDataException(
                    $"{origin} has {numbers} numbers in {tensors} tensors; {architecture.GetType().Name} needs {size.Numbers} in "
                    + $"{size.Tensors}: it holds another model.");
            using var weights = new InitialWeights(isNothing: true);
            model = architecture.Build(weights);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or NotSupportedException or InvalidOperationException
            or KeyNotFoundException or OverflowException or ExternalException or OutOfMemoryException)
        {
            throw new InvalidDataException($"{origin} has an architecture that makes no model: {e.Message}", e);
        }
        try
        {
            Copy(file.Tensors, model, origin);
            model.eval();
            return device is null ? model : model.to(device);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The architecture as JSON: the name of its type and what it holds.</summary>
    internal static string Describe(AutoencoderArchitecture architecture)
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
                $"{origin} holds a model of the architecture {Listed([name])}, which is not among this application's assemblies: "
                + "reference the assembly that defines it.");
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
        var here = typeof(AutoencoderFile).Assembly.GetName().Name;
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
