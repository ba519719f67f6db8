using System.IO.Enumeration;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.Cli;

/// <summary>The image files of a folder in ordinal order of their names, opened one after another.</summary>
internal sealed class ImageFiles
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"];

    private readonly string _folder;
    private readonly List<UnreadableImage> _unreadable = [];

    /// <param name="folder">The folder.</param>
    /// <param name="recursive">Whether files of its subfolders are taken too.</param>
    /// <param name="option">The option that names the folder, for messages.</param>
    public ImageFiles(string folder, bool recursive, string option = "--images")
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}': name one with images by {option}.");
        _folder = Path.GetFullPath(folder);
        var options = new EnumerationOptions { RecurseSubdirectories = recursive, IgnoreInaccessible = false };
        var found = new FileSystemEnumerable<string>(_folder, (ref entry) => Path.GetRelativePath(_folder, entry.ToFullPath()), options)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory,
            // A link could lead in circles.
            ShouldRecursePredicate = (ref entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        }.ToLookup(name => Extensions.Contains(ExtensionOf(name)));
        Names = [.. found[true].Order(StringComparer.Ordinal)];
        var others = found[false].CountBy(ExtensionOf).OrderBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => $"{kind.Value:N0} {(kind.Key.Length == 0 ? "without one" : kind.Key)}");
        Skipped = string.Join(", ", others) is { Length: > 0 } text ? text : null;
        if (Names.Count == 0)
            throw new FileNotFoundException(
                $"{folder} has no images ({string.Join(", ", Extensions)}){(Skipped is null ? "" : $", but {Skipped}")}:"
                + $" name another folder by {option}{(recursive ? "" : ", or use --recursive for its subfolders")}.");
    }

    /// <summary>Gets how many files have which other extensions, such as "2 .tif, 1 .txt"; null where there are none.</summary>
    public string? Skipped { get; }

    /// <summary>Gets the files' paths relative to the folder.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Gets the files that could not be read so far, and why.</summary>
    public IReadOnlyList<UnreadableImage> Unreadable => _unreadable;

    /// <summary>Files with their sizes and when they were last changed.</summary>
    public IEnumerable<(string Name, long Length, DateTime Changed)> Stamps(int start, int end) =>
        from name in Names.Take(start..end)
        let file = new FileInfo(PathOf(name))
        select (name, file.Exists ? file.Length : -1, file.LastWriteTimeUtc);

    /// <summary>Opens file after file and passes over those that cannot be read. An image is gone when the next one is asked for.</summary>
    public IEnumerable<ImageFileRow> Read(int start, int end, PixelOptions options, Action done, CancellationToken cancellationToken)
    {
        foreach (var name in Names.Take(start..end))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var row = Open(PathOf(name), options);
            if (row is not null)
                yield return row;
            done();
        }
    }

    /// <summary>Lists a file that was read and that the model's own steps have left out.</summary>
    public void AddLeftOut(string name) =>
        _unreadable.Add(new UnreadableImage(name, "a step of the model, such as its own LoadPixels, leaves it out."));

    /// <summary>Lists a file that a step of a pipeline could not read, with the reason that reading it anew gives.</summary>
    public void AddLeftOut(string name, PixelOptions options)
    {
        using var row = Open(PathOf(name), options);
        if (row is not null)
            _unreadable.Add(
                new UnreadableImage(NameOf(PathOf(name)), "it could not be read before, and now it can: run the command again."));
    }

    /// <summary>The absolute path of a file.</summary>
    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>The name that belongs to the path of a row, with slashes on every system.</summary>
    public string NameOf(string path) => Path.GetRelativePath(_folder, path).Replace(Path.DirectorySeparatorChar, '/');

    private static string ExtensionOf(string name) => Path.GetExtension(name).ToLowerInvariant();

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

/// <summary>A file that holds a picture, as a row: with its absolute path and the autoencoder's pixels.</summary>
internal sealed class ImageFileRow(string path, float[] pixels, PixelOptions options) : IDisposable
{
    private MLImage? _image;

    public float[] Pixels => pixels;

    /// <summary>Gets the picture itself, decoded anew for the few models that begin with one. ImageType has to name some size.</summary>
    [ImageType(1, 1)]
    public MLImage Image => _image ??= PixelReader.ReadImage(path, options);
    public string Path => path;

    public void Dispose() => _image?.Dispose();
}

/// <summary>An image that nothing could be made of.</summary>
internal sealed record UnreadableImage(string File, string Reason);
