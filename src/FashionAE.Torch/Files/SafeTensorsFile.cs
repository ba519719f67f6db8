using System.Security.Cryptography;
using System.Text;

namespace FashionAE.Torch;

/// <summary>
/// Named tensors in the safetensors format: the length of a JSON header as a little-endian 64-bit integer, the header, then the
/// values of all tensors without gaps. Python reads it with <c>safetensors.torch.load_file(path)</c>. It needs no libtorch.
/// Files that are written here have a SHA-256 of all that follows the length in their metadata, taken with zeros in its own place; where
/// a file has one it must be right.
/// </summary>
internal sealed class SafeTensorsFile(IReadOnlyDictionary<string, string> metadata, bool isChecked)
{
    private const string ChecksumKey = "fashionae.sha256";

    private static readonly string NoChecksum = new('0', 2 * SHA256.HashSizeInBytes);

    /// <summary>Gets whether there is a checksum within.</summary>
    public bool IsChecked { get; } = isChecked;

    /// <summary>Gets the tensors by name.</summary>
    public Dictionary<string, StoredTensor> Tensors { get; } = [];

    /// <summary>Gets the texts that the writer put beside the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; } = metadata;

    /// <inheritdoc cref="Read(Stream, string?)"/>
    public static SafeTensorsFile Read(string path) => AtomicFile.Read(path, "safetensors", stream => Read(stream));

    /// <summary>Reads from a stream, to its end.</summary>
    /// <param name="stream">The stream, at the beginning of the data; it need not seek.</param>
    /// <param name="sha256">The SHA-256 of all of the data, in hexadecimal, checked instead of the one within; null for that one.</param>
    /// <exception cref="InvalidDataException">The data break the format's rules or are truncated.</exception>
    public static SafeTensorsFile Read(Stream stream, string? sha256 = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var header = SafeTensorsHeader.Read(stream);
        var (entries, metadata) = SafeTensorsHeader.Parse(header);
        metadata.Remove(ChecksumKey, out var own);
        var values = Values(stream, entries.Count == 0 ? 0 : entries[^1].End);
        var file = new SafeTensorsFile(metadata, isChecked: own is not null);
        foreach (var entry in entries)
        {
            if (entry.End - entry.Begin > Array.MaxLength)
                throw new InvalidDataException($"tensor '{entry.Name}' has more bytes than an array can hold, {Array.MaxLength}.");
            var bytes = new byte[entry.End - entry.Begin];
            if (values.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
                throw new InvalidDataException($"it ends within tensor '{entry.Name}'.");
            file.Tensors.Add(entry.Name, new StoredTensor(entry.Type, entry.Shape, bytes));
        }
        var (sum, what) = sha256 is not null
            ? (sha256, "saved.")
            : (own, $"written with it: it has been altered since ('{ChecksumKey}' in its metadata).");
        var summed = sha256 is null && own is not null ? Replace(header, own, NoChecksum) : [.. Prefix(header), .. header];
        if (sum is not null && !Sum(summed, file.Tensors.Values).Equals(sum, StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException($"its SHA-256 is not the one that was {what}");
        return file;
    }

    /// <inheritdoc cref="Write(Stream, IReadOnlyDictionary{string, StoredTensor}, IReadOnlyDictionary{string, string}?)"/>
    public static void Write(
        string path, IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata));

    /// <summary>Writes tensors to a stream, and texts beside them.</summary>
    /// <exception cref="NotSupportedException">A tensor has a type that is not stored.</exception>
    public static void Write(
        Stream stream, IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var texts = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>()) { [ChecksumKey] = NoChecksum };
        var header = SafeTensorsHeader.Make(tensors, texts);
        header = Replace(header, NoChecksum, Sum(header, tensors.Values));
        stream.Write(Prefix(header));
        stream.Write(header);
        foreach (var tensor in tensors.Values)
            stream.Write(tensor.Bytes);
    }

    /// <summary>The values up to a stream's end, copied if it cannot seek: no more than the header says, and than there are.</summary>
    private static Stream Values(Stream stream, long length)
    {
        var values = stream;
        if (!stream.CanSeek)
        {
            values = new MemoryStream();
            var block = new byte[1 << 16];
            while (values.Length <= length && stream.Read(block) is > 0 and var count)
                values.Write(block, 0, count);
            values.Position = 0;
        }
        var found = values.Length - values.Position;
        if (found != length)
            throw new InvalidDataException(
                $"{(found > length ? "more" : "fewer")} bytes of values follow its header than the {length} that it asks for.");
        return values;
    }

    /// <summary>The length of a header, as files have it before the header.</summary>
    private static byte[] Prefix(byte[] header) => BitConverter.GetBytes((long)header.Length);

    /// <summary>Writes a checksum over another one of its length, where the header has that.</summary>
    private static byte[] Replace(byte[] header, string checksum, string by)
    {
        var place = header.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"\"{ChecksumKey}\":\"{checksum}\""));
        if (place >= 0 && checksum.Length == by.Length)
            Encoding.ASCII.GetBytes(by).CopyTo(header, place + ChecksumKey.Length + "\"\":\"".Length);
        return header;
    }

    /// <summary>The SHA-256 of a file's beginning and the values after it, in lower case.</summary>
    private static string Sum(byte[] beginning, IEnumerable<StoredTensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(beginning);
        foreach (var tensor in tensors)
            hash.AppendData(tensor.Bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
