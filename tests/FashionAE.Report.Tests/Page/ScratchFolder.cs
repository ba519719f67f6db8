namespace FashionAE.Report.Tests.Page;

/// <summary>A folder for the files of one test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("report-");

    public string Of(string name) => Path.Combine(_folder.FullName, name);

    public IReadOnlyList<string> Files() => [.. _folder.GetFiles("*", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(_folder.FullName, f.FullName)).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Delete(recursive: true);
}
