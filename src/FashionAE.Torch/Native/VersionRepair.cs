namespace FashionAE.Torch;

/// <summary>
/// Makes a native library loadable on a system with an older C++ library than that of the build, provided that the native library uses no
/// newer functions. TorchSharp 0.107 needs GLIBCXX_3.4.32 (GCC 13). Debian 12 and Ubuntu 22.04 have 3.4.30, and RHEL 9 has 3.4.29.
/// </summary>
internal static class VersionRepair
{
    // GCC 13 adds a reference to this symbol to every file that includes <iostream>, so that older libraries are refused. Nothing calls it.
    private const string Marker = "_ZSt21ios_base_library_initv";

    /// <summary>
    /// Marks each version that a loaded library lacks as optional, and binds the symbols with such a version to an older version in that
    /// library. If a symbol has no older version there, the file cannot be repaired. The marker is not bound, because nothing calls it.
    /// </summary>
    /// <param name="file">The library that does not load. It is changed only if everything can be repaired.</param>
    /// <param name="findLoaded">Returns the library with a given name that this process has loaded; null if not found.</param>
    /// <returns>A description of the changes; null if nothing is missing, or if the file cannot be repaired.</returns>
    public static string? Apply(ElfImage file, Func<string, ElfImage?> findLoaded)
    {
        var missing = new List<ElfImage.NeededVersion>();
        var bindings = new List<(ElfImage.Symbol Symbol, ElfImage.NeededVersion Version)>();
        foreach (var needs in file.Needs.Where(need => !need.IsOptional).GroupBy(need => need.Library))
        {
            if (findLoaded(needs.Key) is not { } library)
                continue;
            var present = needs.Where(need => library.Definitions.Values.Contains(need.Version)).ToDictionary(need => need.Version);
            foreach (var need in needs.Where(need => !present.ContainsKey(need.Version)))
            {
                missing.Add(need);
                foreach (var symbol in file.Symbols.Where(symbol => symbol.VersionIndex == need.Index && symbol.Name != Marker))
                {
                    var older = library.Symbols.Where(s => s.IsDefined && s.Name == symbol.Name)
                        .Select(s => present.GetValueOrDefault(library.Definitions.GetValueOrDefault(s.VersionIndex, "")))
                        .FirstOrDefault(version => version is not null);
                    if (older is null)
                        return null;
                    bindings.Add((symbol, older));
                }
            }
        }
        if (missing.Count == 0)
            return null;

        missing.ForEach(file.MakeOptional);
        bindings.ForEach(binding => file.Rebind(binding.Symbol, binding.Version));
        var lacking = string.Join(", ", missing.Select(need => $"{need.Version} of {need.Library}"));
        var bound = string.Join(", ", bindings.Select(b => $"{b.Symbol.Name}@{b.Version.Version}"));
        return bindings.Count == 0
            ? $"loaded without {lacking}, which nothing in it calls"
            : $"loaded without {lacking}; bound to older versions: {bound}";
    }
}
