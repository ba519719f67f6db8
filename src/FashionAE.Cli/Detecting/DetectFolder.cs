using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FashionAE.Cli;

/// <summary>The folder that detect writes: a detector, and what it found in pictures.</summary>
internal sealed class DetectFolder : IDisposable
{
    private readonly string _path;
    private IDisposable? _held;

    /// <exception cref="IOException">The folder holds something else.</exception>
    public DetectFolder(string path)
    {
        _path = path;
        if (File.Exists(path))
            throw new IOException($"{path} is a file: name a folder by --out.");
        if (Directory.Exists(path) && !File.Exists(StampPath) && Directory.EnumerateFileSystemEntries(path).Any(IsOther))
            throw new IOException($"{path} is not empty and not a folder of 'fashionae detect': name another one by --out.");
    }

    public string Path => _path;
    public string ModelPath => PathOf("model.zip");
    public string CheckpointPath => PathOf("training.checkpoint");
    public string VerdictsPath => PathOf("verdicts.csv");
    public string PagePath => PathOf("index.html");
    public string OverlaysPath => PathOf("overlays");

    private string StampPath => PathOf("detect.json");

    /// <summary>A hash of everything that a training depends on, pictures by their names, sizes and times.</summary>
    public static string SourceOf(DetectSettings settings, ImageFiles normal)
    {
        var stamps = normal.Stamps(0, normal.Names.Count).Select(file => $"{file.Name}\n{file.Length}\n{file.Changed.Ticks}\n");
        var version = typeof(DetectFolder).Assembly.GetName().Version;
        var text = string.Concat(stamps.Prepend($"{JsonSerializer.Serialize(settings)}\n{version}\n"));
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Keeps other runs from writing to the folder if it exists.</summary>
    /// <exception cref="IOException">Another run writes to it.</exception>
    public void Lock()
    {
        if (Directory.Exists(_path))
            _held ??= FolderLock.Take(_path, [ModelPath, CheckpointPath, VerdictsPath, PagePath, StampPath]);
    }

    /// <summary>Makes the folder, which is detect's from then on, and keeps other runs from writing to it.</summary>
    /// <exception cref="IOException">Another run writes to it.</exception>
    public void Create()
    {
        Directory.CreateDirectory(_path);
        Lock();
        if (!File.Exists(StampPath))
            Write(new DetectStamp("", []));
    }

    /// <summary>Reads what the detector or the checkpoint was made from; a stamp that cannot be read is none.</summary>
    public DetectStamp? ReadStamp()
    {
        try
        {
            return File.Exists(StampPath) && JsonSerializer.Deserialize<DetectStamp>(File.ReadAllText(StampPath))
                is { Source: not null, Unreadable: not null } stamp ? stamp : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Write(DetectStamp stamp) => AtomicFile.WriteText(StampPath, JsonSerializer.Serialize(stamp));

    /// <summary>Removes a detector and a checkpoint that were made from something else.</summary>
    public void Clear()
    {
        File.Delete(ModelPath);
        File.Delete(CheckpointPath);
    }

    /// <summary>Lets other runs write again.</summary>
    public void Dispose() => _held?.Dispose();

    // A killed run may have left its lock and nothing else.
    private static bool IsOther(string entry) => System.IO.Path.GetFileName(entry) != FolderLock.FileName;

    private string PathOf(string name) => System.IO.Path.Combine(_path, name);
}

/// <summary>What a detector was made from.</summary>
/// <param name="Source">The hash of settings and pictures; empty where the folder has verdicts of another folder's detector.</param>
/// <param name="Unreadable">The normal pictures that could not be read.</param>
internal sealed record DetectStamp(string Source, IReadOnlyList<UnreadableImage> Unreadable);
