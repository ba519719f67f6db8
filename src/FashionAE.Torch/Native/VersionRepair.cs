namespace FashionAE.Torch;

/// <summary>
/// Makes a library load where the system's C++ library is older than the one it was linked with, as long as it does without what is newer:
/// TorchSharp 0.107 asks for GLIBCXX_3.4.32 (GCC 13), and Debian 12 and Ubuntu 22.04 end at 3.4.30, RHEL 9 at 3.4.29.
/// </summary>
internal static class VersionRepair
{
    // GCC 13 puts a reference to it into every file that includes <iostream>, so that older libraries are refused; nothing calls it.
    private const string Marker = "_ZSt21ios_base_library_initv";

    /// <summary>
    /// Marks as optional each version that a loaded library lacks. What hangs on such a version must be the marker alone, or a function
    /// that the library has under an older version, to which it is bound instead.
    /// </summary>
    /// <param name="file">The library that does not load; changed only where all can be mended.</param>
    /// <param name="findLoaded">Gives the library of a name as this process has loaded it, or null.</param>
    /// <returns>What was done; null if nothing is lacking, or more than that.</returns>
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
