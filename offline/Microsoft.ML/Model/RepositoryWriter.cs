using System.IO.Compression;

namespace Microsoft.ML;

/// <summary>A model file while it is written: a zip archive.</summary>
internal sealed class RepositoryWriter(Stream stream) : IDisposable
{
    private readonly ZipArchive _archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);

    public void Add(string directory, string name, ReadOnlySpan<byte> content)
    {
        using var entry = _archive.CreateEntry(RepositoryReader.Join(directory, name)).Open();
        entry.Write(content);
    }

    public void Dispose() => _archive.Dispose();
}
