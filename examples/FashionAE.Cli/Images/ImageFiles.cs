using System.IO.Enumeration;
using FashionAE.Torch;
using Microsoft.ML.Data;

namespace FashionAE.Cli.Images;

/// <summary>The image files of a folder in ordinal order of their names, opened one after another.</summary>
internal sealed class ImageFiles
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg"];

    private readonly string _folder;
    private readonly List<UnreadableImage> _unreadable = [];

    /// <exception cref="IOException">There is no such folder, or there are no images in it.</exception>
    public ImageFiles(string folder, bool recursive)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}': name one with images by --images.");
        _folder = Path.GetFullPath(folder);
        Names = Find(_folder, recursive);
        if (Names.Count == 0)
            throw new FileNotFoundException(
                $"{folder} has no images ({string.Join(", ", Extensions)}): name another folder by --images{(recursive ? "" : ", or use --recursive for its subfolders")}.");
    }

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
    public IEnumerable<ImageFileRow> Read(int start, int end, Action done, CancellationToken cancellationToken)
    {
        for (var i = start; i < end; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = Path.Combine(_folder, Names[i]);
            using var image = Open(path);
            if (image is not null)
                yield return new ImageFileRow { Image = image, Path = path };
            done();
        }
    }

    /// <summary>The name that belongs to the path of a row, with slashes on every system.</summary>
    public string NameOf(string path) => Path.GetRelativePath(_folder, path).Replace(Path.DirectorySeparatorChar, '/');

    private static List<string> Find(string folder, bool recursive)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = recursive, IgnoreInaccessible = false };
        var files = new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => Path.GetRelativePath(folder, entry.ToFullPath()), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                !entry.IsDirectory && Extensions.Contains(Path.GetExtension(entry.FileName).ToString(), StringComparer.OrdinalIgnoreCase),
            // A link could lead in circles.
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        return [.. files.Order(StringComparer.Ordinal)];
    }

    private MLImage? Open(string path)
    {
        try
        {
            using var stream = FileKind.OpenRead(path);
            // The decoder fills what is missing with gray.
            if (PngFile.IsCutOff(stream) || JpegFile.IsCutOff(stream))
                throw new InvalidDataException("It is cut off or damaged: fetch it again.");
            return Decode(stream);
        }
#pragma warning disable CA1031 // Whatever a file holds, the others shall be read.
        catch (Exception e) when (e is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            _unreadable.Add(new UnreadableImage(NameOf(path), ErrorMessage.ReasonOf(e)));
            return null;
        }
    }

    private static MLImage Decode(Stream stream)
    {
        try
        {
            return MLImage.CreateFromStream(stream);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException("It is no image that can be decoded.", e);
        }
    }
}

/// <summary>An image that nothing could be made of.</summary>
internal sealed record UnreadableImage(string File, string Reason);
