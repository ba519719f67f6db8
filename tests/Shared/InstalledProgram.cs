namespace FashionAE.Tests.Shared;

/// <summary>Finds programs of the system that some tests need.</summary>
internal static class InstalledProgram
{
    /// <summary>Returns the path of a program; null if it is not installed.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Skips the test if a program is not installed.</summary>
    /// <param name="name">The program.</param>
    /// <param name="package">The Debian package of the program.</param>
    public static void Require(string name, string package) =>
        Skip.If(Find(name) is null, $"{name} is missing: apt-get install {package}.");
}
