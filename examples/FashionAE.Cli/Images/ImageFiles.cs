using System.IO.Enumeration;
using FashionAE.MLNet;

namespace FashionAE.Cli.Images;

/// <summary>The image files of a folder in ordinal order of their names, opened one after another.</summary>
internal sealed class ImageFiles
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"];

    private readonly string _folder;
    private readonly SortedDictionary<string, int> _skipped = new(StringComparer.Ordinal);
    private readonly List<UnreadableImage> _unreadable = [];

    /// <exception cref="IOException">There is no such folder, or there are no images in it.</exception>
    public ImageFiles(string folder, bool recursive)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}': name one with images by --images.");
        _folder = Path.GetFullPath(folder);
        Names = Find(recursive);
        if (Names.Count == 0)
            throw new FileNotFoundException(
                $"{folder} has no images ({string.Join(", ", Extensions)}){(Skipped is { } others ? $", but {others}" : "")}:"
                + $" name another folder by --images{(recursive ? "" : ", or use --recursive for its subfolders")}.");
    }

    /// <summary>Gets how many files have which other extensions, such as "2 .tif, 1 .txt"; null where there are none.</summary>
    public string? Skipped => _skipped.Count == 0
        ? null
        : string.Join(", ", _skipped.Select(kind => $"{kind.Value:N0} {(kind.Key.Length == 0 ? "without one" : kind.Key)}"));

    /// <summary>Gets the files' paths relative to the folder.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Gets the files that could not be read so far, and why.</summary>
    public IReadOnlyList<UnreadableImage> Unreadable => _unreadable;

    /// <summary>Files with their sizes and when they were last changed.</summary>
    public IEnumerable<(string Name, long Length, DateTime Changed)> Stamps(int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            var file = new FileInfo(Path.Combine(_folder, Names[i]));
            yield return (Names[i], file.Exists ? file.Length : -1, file.LastWriteTimeUtc);
        }
    }

    /// <summary>Opens file after file and passes over those that cannot be read. An image is gone when the next one is asked for.</summary>
    public IEnumerable<ImageFileRow> Read(int start, int end, PixelOptions options, Action done, CancellationToken cancellationToken)
    {
        for (var i = start; i < end; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var row = Open(Path.Combine(_folder, Names[i]), options);
            if (row is not null)
                yield return row;
            done();
        }
    }

    /// <summary>Lists a file that was read and that the model's own steps have left out.</summary>
    public void AddLeftOut(string name) =>
        _unreadable.Add(new UnreadableImage(name, "a step of the model, such as its own LoadPixels, leaves it out."));

    /// <summary>The name that belongs to the path of a row, with slashes on every system.</summary>
    public string NameOf(string path) => Path.GetRelativePath(_folder, path).Replace(Path.DirectorySeparatorChar, '/');

    private List<string> Find(bool recursive)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = recursive, IgnoreInaccessible = false };
        var files = new FileSystemEnumerable<string>(_folder, (ref FileSystemEntry entry) => Path.GetRelativePath(_folder, entry.ToFullPath()), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            // A link could lead in circles.
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        var names = new List<string>();
        foreach (var name in files)
        {
            var extension = Path.GetExtension(name).ToLowerInvariant();
            if (Extensions.Contains(extension))
                names.Add(name);
            else
                _skipped[extension] = _skipped.GetValueOrDefault(extension) + 1;
        }
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private ImageFileRow? Open(string path, PixelOptions options)
    {
        try
        {
            return new ImageFileRow(path, PixelReader.Read(path, options), options);
        }
#pragma warning disable CA1031 // Whatever a file holds, the others shall be read.
        catch (Exception e) when (e is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            // The inner exception says what is wrong without the path, which is in front of it.
            var reason = e is InvalidDataException { InnerException: { } inner } ? inner : e;
            _unreadable.Add(new UnreadableImage(NameOf(path), ErrorMessage.ReasonOf(reason)));
            return null;
        }
    }
}

/// <summary>An image that nothing could be made of.</summary>
internal sealed record UnreadableImage(string File, string Reason);
