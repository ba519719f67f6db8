using System.IO.Enumeration;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.Cli;

/// <summary>Reads the image files of a folder one after another, in ordinal order of their names.</summary>
internal sealed class ImageFiles
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"];

    private readonly string _folder;
    private readonly List<UnreadableImage> _unreadable = [];

    /// <param name="folder">The folder.</param>
    /// <param name="recursive">Whether to include the files of subfolders.</param>
    /// <param name="option">The option that specifies the folder, for messages.</param>
    public ImageFiles(string folder, bool recursive, string option = "--images")
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}': set {option} to a folder with images.");
        _folder = Path.GetFullPath(folder);
        var options = new EnumerationOptions { RecurseSubdirectories = recursive, IgnoreInaccessible = false };
        var found = new FileSystemEnumerable<string>(_folder, (ref entry) => Path.GetRelativePath(_folder, entry.ToFullPath()), options)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory,
            // Do not follow links: they can form a cycle.
            ShouldRecursePredicate = (ref entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        }.ToLookup(name => Extensions.Contains(ExtensionOf(name)));
        Names = [.. found[true].Order(StringComparer.Ordinal)];
        var others = found[false].CountBy(ExtensionOf).OrderBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => $"{kind.Value:N0} {(kind.Key.Length == 0 ? "without extension" : kind.Key)}");
        Skipped = string.Join(", ", others) is { Length: > 0 } text ? text : null;
        if (Names.Count == 0)
            throw new FileNotFoundException(
                $"{folder} has no images ({string.Join(", ", Extensions)}){(Skipped is null ? "" : $", but {Skipped}")}:"
                + $" set {option} to another folder{(recursive ? "" : ", or use --recursive to include subfolders")}.");
    }

    /// <summary>Gets the number of files for each extension that is not read, such as "2 .tif, 1 .txt"; null without such files.</summary>
    public string? Skipped { get; }

    /// <summary>Gets the paths of the files relative to the folder.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Gets the files that could not be read so far, with the reasons.</summary>
    public IReadOnlyList<UnreadableImage> Unreadable => _unreadable;

    /// <summary>Gets a range of files with their sizes and modification times.</summary>
    public IEnumerable<(string Name, long Length, DateTime Changed)> Stamps(int start, int end) =>
        from name in Names.Take(start..end)
        let file = new FileInfo(PathOf(name))
        select (name, file.Exists ? file.Length : -1, file.LastWriteTimeUtc);

    /// <summary>Reads a range of files and skips those that cannot be read. Disposes each row before it reads the next one.</summary>
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

    /// <summary>Adds a file to <see cref="Unreadable"/> that could be read, but that a step of the model dropped.</summary>
    public void AddLeftOut(string name) => AddLeftOut(name, "a step of the model, such as LoadPixels, dropped it.");

    /// <summary>Adds a file to <see cref="Unreadable"/> that could be read, but that is left out for another reason.</summary>
    public void AddLeftOut(string name, string reason) => _unreadable.Add(new UnreadableImage(name, reason));

    /// <summary>Adds a file that a pipeline could not read to <see cref="Unreadable"/>. Reads it again to find the reason.</summary>
    public void AddLeftOut(string name, PixelOptions options)
    {
        using var row = Open(PathOf(name), options);
        if (row is not null)
            _unreadable.Add(new UnreadableImage(
                NameOf(PathOf(name)), "the first attempt to read it failed and the second succeeded: run the command again."));
    }

    /// <summary>Gets the absolute path of a file.</summary>
    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>Gets the relative name for an absolute path, with forward slashes on every system.</summary>
    public string NameOf(string path) => Path.GetRelativePath(_folder, path).Replace(Path.DirectorySeparatorChar, '/');

    private static string ExtensionOf(string name) => Path.GetExtension(name).ToLowerInvariant();

    private ImageFileRow? Open(string path, PixelOptions options)
    {
        try
        {
            return new ImageFileRow(path, PixelReader.Read(path, options), options);
        }
#pragma warning disable CA1031 // A broken file must not prevent reading the others.
        catch (Exception e) when (e is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            // The inner exception has the reason without the path, which is printed in front of it.
            var reason = e is InvalidDataException { InnerException: { } inner } ? inner : e;
            _unreadable.Add(new UnreadableImage(NameOf(path), ErrorMessage.ReasonOf(reason)));
            return null;
        }
    }
}

/// <summary>A row with the absolute path of a picture and its pixels for the autoencoder.</summary>
internal sealed class ImageFileRow(string path, float[] pixels, PixelOptions options) : IDisposable
{
    private MLImage? _image;

    public float[] Pixels => pixels;

    /// <summary>Gets the picture, decoded on demand, since few models need it. ImageType requires a size, which has no effect.</summary>
    [ImageType(1, 1)]
    public MLImage Image => _image ??= PixelReader.ReadImage(path, options);
    public string Path => path;

    public void Dispose() => _image?.Dispose();
}

/// <summary>An image that could not be read, with the reason.</summary>
internal sealed record UnreadableImage(string File, string Reason);
