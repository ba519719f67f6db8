namespace FashionAE.Cli;

/// <summary>
/// Where libtorch is. Built from the repository the command has one beside it. Installed as a tool it brings none, which would be too large
/// for a package of NuGet's, and takes that of NuGet's own folder of packages, where programs that use FashionAE have theirs.
/// </summary>
internal static class Libtorch
{
    private const string Variable = "FASHIONAE_LIBTORCH";
    private const string Package = "libtorch-cpu-linux-x64";
    private const string Version = "2.10.0";

    /// <summary>What to do where there is none.</summary>
    public static string Remedy =>
        $"libtorch was not found: fetch it with 'dotnet package download {Package}@{Version} --output {Packages}', or name the folder of"
        + $" another one by ${Variable}, such as torch/lib of an installed PyTorch.";

    /// <summary>Gets NuGet's own folder of packages.</summary>
    private static string Packages => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>Gets a value indicating whether the command neither has a libtorch nor is told of one.</summary>
    public static bool IsMissing => Environment.GetEnvironmentVariable(Variable) is null or ""
        && !$"{AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES")}".Split(Path.PathSeparator)
            .Any(folder => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*torch_cpu.*").Any());

    /// <summary>Names the libtorch among NuGet's packages, of the version that the command is built for, where there is no other.</summary>
    public static void Find()
    {
        var folder = Path.Combine(Packages, Package, Version, "runtimes", "linux-x64", "native");
        if (OperatingSystem.IsLinux() && Directory.Exists(folder) && IsMissing)
            Environment.SetEnvironmentVariable(Variable, folder);
    }
}
