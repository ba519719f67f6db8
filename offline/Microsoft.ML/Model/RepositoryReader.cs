using System.IO.Compression;

namespace Microsoft.ML;

/// <summary>A model file while it is read: a zip archive.</summary>
internal sealed class RepositoryReader : IDisposable
{
    private readonly ZipArchive _archive;

    /// <exception cref="FormatException">The stream holds no zip archive.</exception>
    public RepositoryReader(Stream stream)
    {
        try
        {
            _archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException e)
        {
            throw new FormatException("Failed to open a zip archive", e);
        }
    }

    public static string Join(string directory, string name) => string.IsNullOrEmpty(directory) ? name : $"{directory}/{name}";

    /// <returns>The content, or null where there is no such entry.</returns>
    public byte[] Read(string directory, string name)
    {
        if (_archive.GetEntry(Join(directory, name)) is not { } entry)
            return null;
        using var content = entry.Open();
        using var memory = new MemoryStream();
        content.CopyTo(memory);
        return memory.ToArray();
    }

    public void Dispose() => _archive.Dispose();
}
