using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Matches tensors written by other programs to the names and types of a network, if there is only one way to do it.</summary>
internal static class ForeignWeights
{
    private const string BatchCount = ".num_batches_tracked";

    // DataParallel, torch.compile and FullyShardedDataParallel add these to the names of the modules that they wrap.
    private static readonly string[] Wrappers = ["module", "_orig_mod", "_fsdp_wrapped_module"];

    /// <summary>
    /// Removes wrapper names, such as <c>module.</c>, and a prefix common to all names, if the names do not match otherwise. If the batch
    /// counts of batch normalization are missing, as in old files, adds them with the value 0. Scoring does not use them.
    /// </summary>
    /// <returns>The removed part of the names, such as "module."; empty if nothing was removed.</returns>
    public static string Rename(Dictionary<string, StoredTensor> tensors, IReadOnlySet<string> needed)
    {
        var names = tensors.Keys.ToDictionary(name => name, name => needed.Contains(name) ? name : Unwrapped(name));
        var prefix = needed.Overlaps(names.Values) ? "" : CommonPrefix([.. names.Values], needed);
        var wrapper = Wrappers.FirstOrDefault(w => names.Any(n => n.Key != n.Value && n.Key.Split('.').Contains(w)));
        var removed = (wrapper is null ? "" : wrapper + ".") + prefix;
        // Two tensors with the same name would mean that the file has two models.
        var isDistinct = names.Values.Distinct().Count() == names.Count;
        if (!isDistinct || !names.Values.Any(name => needed.Contains(name[prefix.Length..])))
            removed = "";
        if (removed.Length > 0)
        {
            var renamed = tensors.Select(t => (Name: names[t.Key][prefix.Length..], t.Value)).ToArray();
            tensors.Clear();
            foreach (var (name, tensor) in renamed)
                tensors.Add(name, tensor);
        }
        foreach (var name in needed)
            if (name.EndsWith(BatchCount, StringComparison.Ordinal) && !tensors.ContainsKey(name)
                && tensors.ContainsKey(name[..^BatchCount.Length] + ".running_mean"))
                tensors.Add(name, new StoredTensor(ScalarType.Int64, [], new byte[sizeof(long)]));
        return removed;
    }

    /// <summary>
    /// Converts floating-point tensors to the precision in the network's state, and tensors of whole numbers to int64 if the state has
    /// int64. Other tensors are unchanged.
    /// </summary>
    /// <exception cref="InvalidDataException">A value is out of the range of the network's type.</exception>
    public static void Convert(
        Dictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, TensorForm> state, string origin)
    {
        foreach (var (name, form) in state)
        {
            // Skip tensors of another shape before converting: the file decides how large they are. They are rejected later.
            if (!tensors.TryGetValue(name, out var tensor) || tensor.Type == form.Type || !tensor.Shape.SequenceEqual(form.Shape))
                continue;
            if (IsReal(form.Type) && IsReal(tensor.Type))
            {
                var values = tensor.ToDoubles();
                // Only custom networks have another precision. For these, libtorch is loaded already.
                var rounded = form.Type == ScalarType.Float32
                    ? StoredTensor.Of(Array.ConvertAll(values, value => (float)value), form.Shape)
                    : StoredTensor.Of(tensor.ToTensor().to(form.Type));
                if (!values.Zip(rounded.ToDoubles()).All(pair => double.IsFinite(pair.First) == double.IsFinite(pair.Second)))
                    throw new InvalidDataException(
                        $"{origin} has values in '{name}' ({tensor.Type}) that are out of the range of the network's {form.Type}: "
                        + "its training failed, or the file was altered.");
                tensors[name] = rounded;
            }
            else if (form.Type == ScalarType.Int64 && tensor.Type != ScalarType.Bool
                && Array.TrueForAll(tensor.ToDoubles(), value => Math.Abs(value) < 1L << 53 && Math.Truncate(value) == value))
            {
                var counts = Array.ConvertAll(tensor.ToDoubles(), value => (long)value);
                tensors[name] = new StoredTensor(ScalarType.Int64, tensor.Shape, MemoryMarshal.AsBytes<long>(counts).ToArray());
            }
        }
    }

    private static bool IsReal(ScalarType type) =>
        type is ScalarType.Float64 or ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16;

    private static string Unwrapped(string name) => string.Join('.', name.Split('.').Where(part => !Wrappers.Contains(part)));

    /// <summary>
    /// Returns the shortest prefix that all names share, that ends with a dot, and whose removal results in a needed name; empty if there
    /// is no such prefix.
    /// </summary>
    private static string CommonPrefix(string[] names, IReadOnlySet<string> needed)
    {
        for (var dot = names.Length == 0 ? -1 : names[0].IndexOf('.'); dot >= 0; dot = names[0].IndexOf('.', dot + 1))
        {
            var prefix = names[0][..(dot + 1)];
            if (!names.All(name => name.StartsWith(prefix, StringComparison.Ordinal)))
                break;
            if (names.Any(name => needed.Contains(name[prefix.Length..])))
                return prefix;
        }
        return "";
    }
}
