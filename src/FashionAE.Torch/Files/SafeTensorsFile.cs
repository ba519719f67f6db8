using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Named tensors in the safetensors format: the length of a JSON header as a little-endian 64-bit integer, the header, then the
/// values of all tensors without gaps. Python reads it with <c>safetensors.torch.load_file(path)</c>. Owns the tensors that it read.
/// Files that are written here have a SHA-256 of all that follows the length in their metadata, taken with zeros in its own place; where
/// a file has one it must be right.
/// </summary>
internal sealed class SafeTensorsFile : IDisposable
{
    private const string ChecksumKey = "fashionae.sha256";

    private static readonly string NoChecksum = new('0', 2 * SHA256.HashSizeInBytes);

    private SafeTensorsFile(Dictionary<string, Tensor> tensors, Dictionary<string, string> metadata, bool isChecked) =>
        (Tensors, Metadata, IsChecked) = (tensors, metadata, isChecked);

    /// <summary>Gets a value indicating whether there was a checksum, which was right.</summary>
    public bool IsChecked { get; }

    /// <summary>Gets the tensors by name, on the CPU.</summary>
    public Dictionary<string, Tensor> Tensors { get; }

    /// <summary>Gets the texts that the writer put beside the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its content; dispose it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file breaks the format's rules or is truncated.</exception>
    public static SafeTensorsFile Read(string path)
    {
        using var file = FileKind.OpenRead(path);
        try
        {
            return Read(file);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path} is not a valid safetensors file: {e.Message}", e);
        }
    }

    /// <summary>Reads from a stream, to its end.</summary>
    /// <param name="stream">The stream, at the beginning of the data; it need not seek.</param>
    /// <returns>The content; dispose it.</returns>
    /// <exception cref="InvalidDataException">The data break the format's rules or are truncated.</exception>
    public static SafeTensorsFile Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        NativeTorch.EnsureLoaded();
        if (!stream.CanSeek)
            return Read(new MemoryStream(ReadWhole(stream)));
        var header = SafeTensorsHeader.Read(stream, stream.Length - stream.Position);
        var (entries, metadata) = SafeTensorsHeader.Parse(header);
        if (stream.Length - stream.Position != (entries.Count == 0 ? 0 : entries[^1].End))
            throw new InvalidDataException($"{stream.Length - stream.Position} bytes of values follow its header, which asks for {(entries.Count == 0 ? 0 : entries[^1].End)}.");

        var tensors = new Dictionary<string, Tensor>();
        var checksum = metadata.Remove(ChecksumKey, out var found) ? found : null;
        try
        {
            foreach (var entry in entries)
            {
                var tensor = empty(entry.Shape, entry.Type).DetachFromDisposeScope();
                tensors.Add(entry.Name, tensor);
                if (stream.ReadAtLeast(tensor.bytes, tensor.bytes.Length, throwOnEndOfStream: false) < tensor.bytes.Length)
                    throw new InvalidDataException($"it ends within tensor '{entry.Name}'.");
            }
            if (checksum is not null)
                CheckSum(header, entries.Select(entry => tensors[entry.Name]), checksum);
        }
        catch (ExternalException e)
        {
            foreach (var tensor in tensors.Values)
                tensor.Dispose();
            throw new InvalidDataException($"it has a tensor that cannot be made: {e.Message.Split('\n')[0]}", e);
        }
        catch
        {
            foreach (var tensor in tensors.Values)
                tensor.Dispose();
            throw;
        }
        return new SafeTensorsFile(tensors, metadata, checksum is not null);
    }

    /// <summary>
    /// Copies a file from a stream that need not seek: not more than its header says, however long the stream is, and not more than there is,
    /// whatever the header says.
    /// </summary>
    /// <exception cref="InvalidDataException">The header breaks the format's rules, or the stream is longer or shorter than it says.</exception>
    public static byte[] ReadWhole(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var start = new MemoryStream();
        var header = SafeTensorsHeader.Read(stream, long.MaxValue);
        var (entries, _) = SafeTensorsHeader.Parse(header);
        var length = entries.Count == 0 ? 0 : entries[^1].End;
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        start.Write(prefix);
        start.Write(header);
        var block = new byte[1 << 16];
        var read = 0L;
        while (read <= length && stream.Read(block) is > 0 and var count)
        {
            start.Write(block, 0, count);
            read += count;
        }
        return read == length
            ? start.ToArray()
            : throw new InvalidDataException($"{(read > length ? "more" : "fewer")} bytes of values follow its header than the {length} that it asks for.");
    }

    /// <summary>Writes tensors to a file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name, on any device.</param>
    /// <param name="metadata">Texts to put beside them.</param>
    /// <exception cref="IOException">The file could not be written; what was there before still is.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata));

    /// <summary>Writes tensors to a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="tensors">The tensors by name, on any device.</param>
    /// <param name="metadata">Texts to put beside them.</param>
    /// <exception cref="NotSupportedException">A tensor has a type that is not stored.</exception>
    public static void Write(Stream stream, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        var texts = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>()) { [ChecksumKey] = NoChecksum };
        var header = SafeTensorsHeader.Make(tensors, texts);
        Encoding.ASCII.GetBytes(Sum(header, tensors.Values)).CopyTo(header, PlaceOf(header, NoChecksum));
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var tensor in tensors.Values)
        {
            using var scope = NewDisposeScope();
            stream.Write(tensor.detach().cpu().contiguous().bytes);
        }
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in Tensors.Values)
            tensor.Dispose();
    }

    private static void CheckSum(byte[] header, IEnumerable<Tensor> tensors, string checksum)
    {
        var place = checksum.Length == NoChecksum.Length ? PlaceOf(header, checksum) : -1;
        if (place >= 0)
            Encoding.ASCII.GetBytes(NoChecksum).CopyTo(header, place);
        if (place < 0 || Sum(header, tensors) != checksum)
            throw new InvalidDataException($"its SHA-256 is not the one that was written with it: it has been altered since ('{ChecksumKey}' in its metadata).");
    }

    /// <summary>The SHA-256 of a header and the values after it, in lower case.</summary>
    private static string Sum(byte[] header, IEnumerable<Tensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        foreach (var tensor in tensors)
        {
            using var scope = NewDisposeScope();
            hash.AppendData(tensor.detach().cpu().contiguous().bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Where the checksum stands: the only place with its key.</summary>
    private static int PlaceOf(byte[] header, string checksum)
    {
        var entry = Encoding.ASCII.GetBytes($"\"{ChecksumKey}\":\"{checksum}\"");
        var place = header.AsSpan().IndexOf(entry);
        return place < 0 ? -1 : place + entry.Length - 1 - checksum.Length;
    }
}
