using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Fits tensors that other programs wrote to the names and types of a network, where there is only one way to.</summary>
internal static class ForeignWeights
{
    private const string BatchCount = ".num_batches_tracked";

    // DataParallel, torch.compile and FullyShardedDataParallel put these before the names of the module that they wrap, or of a part.
    private static readonly string[] Wrappers = ["module", "_orig_mod", "_fsdp_wrapped_module"];

    /// <summary>
    /// Removes the names of wrappers, such as <c>module.</c>, or one prefix that all names have, where they do not fit otherwise. Adds the
    /// counts of batches (zero) that the batch normalizations of old files lack: scoring does not use them.
    /// </summary>
    /// <returns>What was removed from the names, such as "module."; empty for nothing.</returns>
    public static string Rename(Dictionary<string, Tensor> tensors, IReadOnlySet<string> needed)
    {
        var names = tensors.Keys.ToDictionary(name => name, name => needed.Contains(name) ? name : Unwrapped(name));
        var prefix = needed.Overlaps(names.Values) ? "" : CommonPrefix([.. names.Values], needed);
        var wrapper = Wrappers.FirstOrDefault(w => names.Any(n => n.Key != n.Value && n.Key.Split('.').Contains(w)));
        var removed = (wrapper is null ? "" : wrapper + ".") + prefix;
        // Two tensors of one name would be two models in one file.
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
                tensors.Add(name, zeros([], int64).DetachFromDisposeScope());
        return removed;
    }

    /// <summary>Converts floating-point tensors to the precision of a network's state and whole numbers to its counts; no others.</summary>
    /// <exception cref="InvalidDataException">A value is beyond the range of the network's type.</exception>
    public static void Convert(Dictionary<string, Tensor> tensors, IReadOnlyDictionary<string, Tensor> state, string origin)
    {
        foreach (var (name, target) in state)
        {
            if (!tensors.TryGetValue(name, out var tensor) || tensor.dtype == target.dtype)
                continue;
            using var scope = NewDisposeScope();
            var converted = tensor.to(target.dtype);
            var isNumber = tensor.is_floating_point() && target.is_floating_point();
            if (isNumber && !tensor.isfinite().eq(converted.isfinite()).all().item<bool>())
                throw new InvalidDataException(
                    $"{origin} has values in '{name}' ({tensor.dtype}) that are beyond the range of the network's {target.dtype}: "
                    + "its training failed, or it was altered.");
            var isCount = target.dtype == ScalarType.Int64 && tensor.dtype != ScalarType.Bool
                && tensor.to(float64).eq(converted.to(float64)).all().item<bool>();
            if (!isNumber && !isCount)
                continue;
            tensors[name] = converted.DetachFromDisposeScope();
            tensor.Dispose();
        }
    }

    private static string Unwrapped(string name) => string.Join('.', name.Split('.').Where(part => !Wrappers.Contains(part)));

    /// <summary>The shortest prefix of all names, up to a dot, without which one is needed; empty where there is none.</summary>
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
