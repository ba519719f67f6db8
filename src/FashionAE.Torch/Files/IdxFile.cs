using System.Buffers.Binary;
using System.IO.Compression;

namespace FashionAE.Torch;

/// <summary>
/// An array of bytes in the IDX format of the MNIST data sets (LeCun, Cortes and Burges 1998). The format is: two zero bytes, the element
/// type (0x08, unsigned byte), the number of dimensions, each dimension as a big-endian 32-bit integer, and the values in row-major order.
/// A file can be compressed with gzip, which is detected from its first bytes.
/// </summary>
/// <param name="Shape">The dimensions, outermost first, such as [60000, 28, 28].</param>
/// <param name="Values">The values in row-major order.</param>
internal sealed record IdxFile(IReadOnlyList<int> Shape, byte[] Values)
{
    private const byte UnsignedByte = 0x08;
    private const int MostDimensions = 8;
    private const long MostCompression = 1032; // The largest compression ratio of deflate.
    private const byte Mark = 0x5a;
    private const string Remedy = "Download it again.";

    /// <summary>Reads a file, compressed with gzip or not.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is not IDX, has another element type than bytes, is truncated, or has extra bytes.
    /// </exception>
    public static IdxFile Read(string path) => AtomicFile.Read(path, "IDX", Read);

    private static IdxFile Read(Stream stream)
    {
        var isCompressed = stream.ReadByte() == 0x1f && stream.ReadByte() == 0x8b;
        stream.Position = 0;
        if (!isCompressed)
            return ReadPlain(stream, stream.Length, isMarked: false);
        // .NET does not detect a truncated gzip stream at the end of the file. Append another member to the stream, so that truncation
        // causes an error.
        using var marked = new MemoryStream();
        stream.CopyTo(marked);
        var length = marked.Length;
        using (var mark = new GZipStream(marked, CompressionLevel.NoCompression, leaveOpen: true))
            mark.WriteByte(Mark);
        marked.Position = 0;
        using var plain = new GZipStream(marked, CompressionMode.Decompress);
        return ReadPlain(plain, MostCompression * length, isMarked: true);
    }

    private static IdxFile ReadPlain(Stream stream, long mostBytes, bool isMarked)
    {
        Span<byte> magic = stackalloc byte[4];
        var read = Read(stream, magic);
        if (read < magic.Length)
            throw Broken(read == 0 || (isMarked && magic[..read] is [Mark]) ? "it is empty." : "it is too short for a header.");
        if (magic[0] != 0 || magic[1] != 0)
            throw ForeignFile.Of(magic, stream) switch
            {
                null => Broken($"it begins with {magic[0]:x2} {magic[1]:x2} instead of 00 00."),
                { IsBadCopy: true } copy => new InvalidDataException($"{copy}"),
                { } found => new InvalidDataException(
                    $"it is {found.What}: extract it if it is an archive, or specify a file in the IDX format."),
            };
        if (magic[2] != UnsignedByte)
            throw new InvalidDataException(
                $"its element type is 0x{magic[2]:x2}, but only unsigned bytes (0x08) are supported. Convert it, or specify another file.");
        if (magic[3] is 0 or > MostDimensions)
            throw Broken($"it claims to have {magic[3]} dimensions.");

        var lengths = new byte[sizeof(int) * magic[3]];
        ReadExactly(stream, lengths, "its header");
        int[] shape = [.. lengths.Chunk(sizeof(int)).Select(length => BinaryPrimitives.ReadInt32BigEndian(length))];
        if (Array.FindIndex(shape, length => length < 0) is >= 0 and var wrong)
            throw Broken($"dimension {wrong} is {shape[wrong]}.");
        // Check before allocating memory.
        var size = shape.Aggregate(1.0, (product, length) => product * length);
        if (size > Array.MaxLength || size > mostBytes)
            throw Broken($"its header specifies {size} values, more than the file has.");

        var values = new byte[(int)size];
        ReadExactly(stream, values, $"its values (shape [{string.Join(", ", shape)}])");
        Span<byte> rest = stackalloc byte[2];
        var count = Read(stream, rest);
        if (isMarked && (count == 0 || rest[0] != Mark))
            throw Broken("it is truncated.");
        if (count > (isMarked ? 1 : 0))
            throw Broken($"there are bytes after its {values.Length} values.");
        return new IdxFile(shape, values);
    }

    private static void ReadExactly(Stream stream, Span<byte> buffer, string what)
    {
        if (Read(stream, buffer) < buffer.Length)
            throw Broken($"it ends within {what}.");
    }

    private static int Read(Stream stream, Span<byte> buffer)
    {
        try
        {
            return stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException($"its compressed data is damaged ({e.Message.TrimEnd('.')}). {Remedy}", e);
        }
    }

    private static InvalidDataException Broken(string reason) => new($"{reason} {Remedy}");
}
