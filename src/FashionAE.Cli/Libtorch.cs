namespace FashionAE.Cli;

/// <summary>
/// Finds libtorch. A build from the repository has libtorch next to the command. The .NET tool contains no libtorch, because the package
/// would be too large for NuGet. It uses the one in NuGet's package folder, where programs that use FashionAE have theirs.
/// </summary>
internal static class Libtorch
{
    private const string Variable = "FASHIONAE_LIBTORCH";
    private const string Package = "libtorch-cpu-linux-x64";
    private const string Version = "2.10.0";

    /// <summary>Gets the message with the remedy for a missing libtorch.</summary>
    public static string Remedy =>
        $"libtorch was not found: download it with 'dotnet package download {Package}@{Version} --output {Packages}', or set ${Variable}"
        + " to the folder of another one, such as torch/lib of an installed PyTorch.";

    /// <summary>Gets NuGet's package folder.</summary>
    private static string Packages => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>Gets a value indicating whether the command has no libtorch, and the variable does not specify one.</summary>
    public static bool IsMissing => Environment.GetEnvironmentVariable(Variable) is null or ""
        && !$"{AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES")}".Split(Path.PathSeparator)
            .Any(folder => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*torch_cpu.*").Any());

    /// <summary>
    /// Sets the variable to the libtorch in NuGet's package folder, if libtorch is missing and the folder has the version that this command
    /// requires. Only for Linux.
    /// </summary>
    public static void Find()
    {
        var folder = Path.Combine(Packages, Package, Version, "runtimes", "linux-x64", "native");
        if (OperatingSystem.IsLinux() && Directory.Exists(folder) && IsMissing)
            Environment.SetEnvironmentVariable(Variable, folder);
    }
}
