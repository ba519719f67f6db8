using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FashionAE.Cli;

/// <summary>The output folder of detect: a detector and its verdicts.</summary>
internal sealed class DetectFolder : IDisposable
{
    private readonly string _path;
    private IDisposable? _held;

    /// <exception cref="IOException">The path is a file, or a folder with other content.</exception>
    public DetectFolder(string path)
    {
        _path = path;
        if (File.Exists(path))
            throw new IOException($"{path} is a file: set --out to a folder.");
        if (Directory.Exists(path) && !File.Exists(StampPath) && Directory.EnumerateFileSystemEntries(path).Any(IsOther))
            throw new IOException($"{path} is not empty and not a folder of 'fashionae detect': set --out to another folder.");
    }

    public string Path => _path;
    public string ModelPath => PathOf("model.zip");
    public string CheckpointPath => PathOf("training.checkpoint");
    public string VerdictsPath => PathOf("verdicts.csv");
    public string PagePath => PathOf("index.html");
    public string OverlaysPath => PathOf("overlays");

    private string StampPath => PathOf("detect.json");

    /// <summary>Hashes what a training depends on: the settings, the version, and the names, sizes and times of pictures.</summary>
    public static string SourceOf(DetectSettings settings, ImageFiles normal)
    {
        var stamps = normal.Stamps(0, normal.Names.Count).Select(file => $"{file.Name}\n{file.Length}\n{file.Changed.Ticks}\n");
        var version = typeof(DetectFolder).Assembly.GetName().Version;
        var text = string.Concat(stamps.Prepend($"{JsonSerializer.Serialize(settings)}\n{version}\n"));
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Locks the folder against other runs if it exists.</summary>
    /// <exception cref="IOException">Another run is writing to the folder.</exception>
    public void Lock()
    {
        if (Directory.Exists(_path))
            _held ??= FolderLock.Take(_path, [ModelPath, CheckpointPath, VerdictsPath, PagePath, StampPath]);
    }

    /// <summary>Creates the folder, marks it as an output folder of detect, and locks it against other runs.</summary>
    /// <exception cref="IOException">Another run is writing to the folder.</exception>
    public void Create()
    {
        Directory.CreateDirectory(_path);
        Lock();
        if (!File.Exists(StampPath))
            Write(new DetectStamp("", []));
    }

    /// <summary>Reads the stamp of the detector or checkpoint; null if there is no stamp, or if it cannot be read.</summary>
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

    /// <summary>Removes the detector and the checkpoint, for example if they are of other settings or pictures.</summary>
    public void Clear()
    {
        File.Delete(ModelPath);
        File.Delete(CheckpointPath);
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose() => _held?.Dispose();

    // A killed run may have left only its lock file.
    private static bool IsOther(string entry) => System.IO.Path.GetFileName(entry) != FolderLock.FileName;

    private string PathOf(string name) => System.IO.Path.Combine(_path, name);
}

/// <summary>Identifies the input of a training.</summary>
/// <param name="Source">The hash of settings and pictures; empty if the detector is in another folder.</param>
/// <param name="Unreadable">The normal pictures that could not be read.</param>
internal sealed record DetectStamp(string Source, IReadOnlyList<UnreadableImage> Unreadable);
