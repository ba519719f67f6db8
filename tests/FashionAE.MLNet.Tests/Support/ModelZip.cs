using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>Damages model files.</summary>
internal static class ModelZip
{
    /// <summary>Changes bytes of one part.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The part's name, such as "Model.key".</param>
    /// <param name="change">Changes the bytes in place.</param>
    /// <param name="beside">Another part in the same folder, if several parts have this name; null if there is only one.</param>
    public static void Change(string path, string name, Action<byte[]> change, string? beside = null) => Replace(
        path,
        name,
        bytes =>
        {
            change(bytes);
            return bytes;
        },
        beside);

    /// <summary>Replaces one part, or removes it if there is no replacement.</summary>
    /// <inheritdoc cref="Change"/>
    public static void Replace(string path, string name, Func<byte[], byte[]?> replace, string? beside = null)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Update);
        var known = archive.Entries.Single(e => e.Name == (beside ?? name)).FullName;
        var fullName = known[..^(beside ?? name).Length] + name;
        var entry = archive.GetEntry(fullName)!;
        var content = new MemoryStream();
        using (var stream = entry.Open())
            stream.CopyTo(content);
        var replaced = replace(content.ToArray());
        entry.Delete();
        if (replaced is null)
            return;
        using var target = archive.CreateEntry(fullName, CompressionLevel.Fastest).Open();
        target.Write(replaced);
    }

    /// <summary>
    /// Changes the settings in the file Model.key and corrects the checksum. The header of 256 bytes contains the offsets of the parts. The
    /// model block at 256 is the index of a text and its SHA-256. It is followed by the table of texts (one entry: its length in bytes),
    /// the text in UTF-16, the assembly's name and the tail.
    /// </summary>
    /// <param name="path">The model file of a single transformer.</param>
    /// <param name="pattern">The regular expression to replace.</param>
    /// <param name="replacement">The replacement.</param>
    public static void ChangeSettings(string path, string pattern, string replacement) => Replace(path, "Model.key", bytes =>
    {
        const int TextLength = 0x38, Text = 0x30, TextTable = 0x20, Checksum = 0x104;
        var (start, length) = ((int)BitConverter.ToInt64(bytes, Text), (int)BitConverter.ToInt64(bytes, TextLength));
        var json = Encoding.Unicode.GetString(bytes, start, length);
        var altered = new Regex(pattern).Replace(json, replacement, 1);
        Assert.NotEqual(json, altered);

        var text = Encoding.Unicode.GetBytes(altered);
        byte[] written = [.. bytes[..start], .. text, .. bytes[(start + length)..]];
        SHA256.HashData(Encoding.UTF8.GetBytes(altered)).CopyTo(written, Checksum);
        BitConverter.GetBytes((long)text.Length).CopyTo(written, TextLength);
        BitConverter.GetBytes((long)text.Length).CopyTo(written, (int)BitConverter.ToInt64(bytes, TextTable));
        foreach (var place in new[] { 0x80, 0x88, 0x90 }) // the tail, the end, the assembly's name
            BitConverter.GetBytes(BitConverter.ToInt64(bytes, place) + text.Length - length).CopyTo(written, place);
        return written;
    });
}
