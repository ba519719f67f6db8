using System.Security.Cryptography;
using System.Text;

namespace FashionAE.Torch;

/// <summary>
/// Reads and writes named tensors in the safetensors format: the length of a JSON header as a little-endian 64-bit integer, the header, and
/// the values of all tensors without gaps. This class does not need libtorch. Python reads such a file with
/// <c>safetensors.torch.load_file(path)</c>.
/// </summary>
/// <remarks>
/// Files written by this class have a SHA-256 in their metadata. It covers everything after the length, computed with zeros in place of the
/// hash. Reading a file with such a hash checks it, unless the caller specifies the hash of the whole file.
/// </remarks>
internal sealed class SafeTensorsFile(IReadOnlyDictionary<string, string> metadata, bool isChecked)
{
    private const string ChecksumKey = "fashionae.sha256";

    private static readonly string NoChecksum = new('0', 2 * SHA256.HashSizeInBytes);

    /// <summary>Gets a value indicating whether the metadata has a checksum. It was checked unless another hash was specified.</summary>
    public bool IsChecked { get; } = isChecked;

    /// <summary>Gets the tensors by name.</summary>
    public Dictionary<string, StoredTensor> Tensors { get; } = [];

    /// <summary>Gets the metadata, which are texts by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; } = metadata;

    /// <inheritdoc cref="Read(Stream, string?)"/>
    public static SafeTensorsFile Read(string path) => AtomicFile.Read(path, "safetensors", stream => Read(stream));

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The stream, positioned at the start of the data. It need not be seekable.</param>
    /// <param name="sha256">
    /// The expected SHA-256 of the whole data, in hexadecimal. If it is null, the hash in the metadata, if any, is checked instead.
    /// </param>
    /// <exception cref="InvalidDataException">The data is truncated, violates the format, or has another SHA-256.</exception>
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
            : (own, $"written with it: the file has been altered since ('{ChecksumKey}' in its metadata).");
        var summed = sha256 is null && own is not null ? Replace(header, own, NoChecksum) : [.. Prefix(header), .. header];
        if (sum is not null && !Sum(summed, file.Tensors.Values).Equals(sum, StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException($"its SHA-256 is not the one that was {what}");
        return file;
    }

    /// <inheritdoc cref="Write(Stream, IReadOnlyDictionary{string, StoredTensor}, IReadOnlyDictionary{string, string}?)"/>
    public static void Write(
        string path, IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata));

    /// <summary>Writes tensors and metadata to a stream.</summary>
    /// <exception cref="NotSupportedException">A tensor has a type that the format or this class does not support.</exception>
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

    /// <summary>
    /// Returns a seekable stream that is positioned at the first value. If the specified stream is not seekable, its values are copied.
    /// </summary>
    /// <exception cref="InvalidDataException">The values have more or fewer bytes than the specified length.</exception>
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
                $"the header specifies {length} bytes of values, but {(found > length ? "more" : "fewer")} follow it.");
        return values;
    }

    /// <summary>Returns the bytes that precede a header in a file, which contain its length.</summary>
    private static byte[] Prefix(byte[] header) => BitConverter.GetBytes((long)header.Length);

    /// <summary>Replaces a checksum in the header, if present, with another of the same length.</summary>
    private static byte[] Replace(byte[] header, string checksum, string by)
    {
        var place = header.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"\"{ChecksumKey}\":\"{checksum}\""));
        if (place >= 0 && checksum.Length == by.Length)
            Encoding.ASCII.GetBytes(by).CopyTo(header, place + ChecksumKey.Length + "\"\":\"".Length);
        return header;
    }

    /// <summary>Computes the SHA-256 of a file's beginning and the following values, in lowercase.</summary>
    private static string Sum(byte[] beginning, IEnumerable<StoredTensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(beginning);
        foreach (var tensor in tensors)
            hash.AppendData(tensor.Bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
