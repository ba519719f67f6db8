using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace FashionAE.Robustness.Targets;

/// <summary>The parts of a model.zip by name in the archive.</summary>
internal static class PipelineParts
{
    private const string Mark = "FSHN";
    private const string Weights = "Autoencoder.safetensors";
    private const string Learned = "Detector.safetensors";

    private static readonly DateTimeOffset Time = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Dictionary<string, byte[]> Read(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        var parts = new Dictionary<string, byte[]>();
        foreach (var entry in archive.Entries)
        {
            using var content = new MemoryStream();
            using (var stream = entry.Open())
                stream.CopyTo(content);
            parts[entry.FullName.Replace('\\', '/')] = content.ToArray();
        }
        return parts;
    }

    public static void Write(string path, Dictionary<string, byte[]> parts)
    {
        using var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, content) in parts)
        {
            var entry = archive.CreateEntry(name);
            entry.LastWriteTime = Time;
            using var stream = entry.Open();
            stream.Write(content);
        }
    }

    public static IEnumerable<string> Differing(Dictionary<string, byte[]> a, Dictionary<string, byte[]> b) =>
        a.Keys.Union(b.Keys).Where(name => !(a.TryGetValue(name, out var first) && b.TryGetValue(name, out var second) && first.AsSpan().SequenceEqual(second)));

    /// <summary>Returns whether a part belongs to FashionAE.MLNet, which verifies it with a checksum.</summary>
    public static bool IsOurs(string name, Dictionary<string, byte[]> parts) =>
        name.EndsWith(Weights, StringComparison.Ordinal) || name.EndsWith(Learned, StringComparison.Ordinal) || (parts.TryGetValue(name, out var bytes) && bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Mark)) >= 0);

    /// <summary>Replaces the settings with others of the same length, and updates the SHA-256.</summary>
    public static byte[] WithSettings(byte[] part, Func<string, string> alter)
    {
        var changed = (byte[])part.Clone();
        var begin = part.AsSpan().IndexOf(Encoding.Unicode.GetBytes("{\""));
        for (var end = begin + 2; end <= part.Length; end += 2)
        {
            var text = Encoding.Unicode.GetString(part.AsSpan(begin..end));
            var at = text[^1] == '}' ? part.AsSpan().IndexOf(SHA256.HashData(Encoding.UTF8.GetBytes(text))) : -1;
            if (at < 0)
                continue;
            var other = alter(text);
            Encoding.Unicode.GetBytes(other).CopyTo(changed, begin);
            SHA256.HashData(Encoding.UTF8.GetBytes(other)).CopyTo(changed, at);
            return changed;
        }
        throw new InvalidOperationException("There are no settings with their SHA-256.");
    }
}
