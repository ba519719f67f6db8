using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Reads and writes the header of safetensors files: JSON with the type, the shape and the position of each tensor.</summary>
internal static class SafeTensorsHeader
{
    private const long LongestHeader = 100_000_000;
    private const int MostTensors = 100_000;
    private const int MostDimensions = 16;
    private const string MetadataKey = "__metadata__";

    private static readonly (ScalarType Type, string Name, int Size)[] Types =
    [
        (ScalarType.Float64, "F64", 8), (ScalarType.Float32, "F32", 4), (ScalarType.Float16, "F16", 2), (ScalarType.BFloat16, "BF16", 2),
        (ScalarType.Int64, "I64", 8), (ScalarType.Int32, "I32", 4), (ScalarType.Byte, "U8", 1), (ScalarType.Bool, "BOOL", 1),
    ];

    /// <summary>
    /// Creates the header for tensors whose values follow in the same order. It is padded so that the values begin at a multiple of 8.
    /// </summary>
    /// <exception cref="NotSupportedException">A tensor has a type that is not supported.</exception>
    public static byte[] Make(IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var header = new Dictionary<string, object> { [MetadataKey] = metadata };
        var offset = 0L;
        foreach (var (name, tensor) in tensors)
        {
            var type = Array.Find(Types, t => t.Type == tensor.Type);
            if (type.Name is null)
                throw new NotSupportedException($"Tensor '{name}' is of type {tensor.Type}, which is not supported.");
            long[] offsets = [offset, offset += tensor.Bytes.Length];
            header.Add(name, new { dtype = type.Name, shape = tensor.Shape, data_offsets = offsets });
        }
        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        return [.. json, .. Enumerable.Repeat((byte)' ', -json.Length & 7)];
    }

    /// <summary>
    /// Reads the bytes of the header, without parsing them, from the beginning of the data. The stream need not be seekable.
    /// </summary>
    /// <exception cref="InvalidDataException">There is no header. If the format of the data is known, the message names it.</exception>
    public static byte[] Read(Stream stream)
    {
        var available = stream.CanSeek ? stream.Length - stream.Position : long.MaxValue;
        var prefix = new byte[8];
        var count = stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false);
        if (count < prefix.Length)
            throw Refused(prefix.AsSpan(0, count), stream, "it has fewer than 8 bytes.");
        var length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (length is < 2 or > LongestHeader || length > available - prefix.Length)
            throw Refused(prefix, stream, $"its header claims a length of {length} bytes.");
        // Read in blocks, so that no more memory is allocated than there are bytes.
        using var blocks = new MemoryStream();
        var block = new byte[Math.Min(length, 1 << 16)];
        while (blocks.Length < length && stream.Read(block, 0, (int)Math.Min(block.Length, length - blocks.Length)) is > 0 and var read)
        {
            blocks.Write(block, 0, read);
            if (blocks.GetBuffer()[0] != '{')
                throw Refused([.. prefix, .. blocks.ToArray()], stream, "its header does not begin with '{'.");
        }
        return blocks.Length == length ? blocks.ToArray() : throw new InvalidDataException("it ends within its header.");
    }

    /// <summary>Parses the positions of the tensors, in the order of their values, and the metadata.</summary>
    /// <exception cref="InvalidDataException">The header violates the format.</exception>
    public static (List<Entry> Entries, Dictionary<string, string> Metadata) Parse(byte[] header)
    {
        var entries = new List<Entry>();
        var metadata = new Dictionary<string, string>();
        try
        {
            using var document = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == MetadataKey)
                    metadata = property.Value.EnumerateObject().ToDictionary(
                        p => p.Name, p => p.Value.GetString() ?? throw new InvalidDataException("a value of its metadata is not text."));
                else if (entries.Count == MostTensors)
                    throw new InvalidDataException($"it has more than {MostTensors} tensors.");
                else
                    entries.Add(ParseEntry(property));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException
            or OverflowException)
        {
            throw new InvalidDataException($"its header is malformed ({e.Message}).", e);
        }

        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        var end = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != end)
                throw new InvalidDataException(
                    $"tensor '{entry.Name}' begins at {entry.Begin} where {end} was expected: tensors overlap or leave a gap.");
            end = entry.End;
        }
        return (entries, metadata);
    }

    private static InvalidDataException Refused(ReadOnlySpan<byte> read, Stream rest, string reason) =>
        new(ForeignFile.Of(read, rest)?.ToString() ?? reason);

    private static Entry ParseEntry(JsonProperty property)
    {
        var typeName = property.Value.GetProperty("dtype").GetString();
        var type = Array.Find(Types, t => t.Name == typeName);
        if (type.Name is null)
            throw new InvalidDataException(
                $"tensor '{property.Name}' has type '{typeName}'; only {string.Join(", ", Types.Select(t => t.Name))} are supported. "
                + "In Python, convert it with .float(), after dequantization if it is quantized, and save the file again.");
        var shape = property.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray();
        var offsets = property.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64()).ToArray();
        if (offsets is not [>= 0, _] || shape.Length > MostDimensions || shape.Any(size => size < 0))
            throw new InvalidDataException($"tensor '{property.Name}' has an impossible shape or impossible offsets.");
        var bytes = shape.Aggregate((long)type.Size, (product, size) => checked(product * size));
        if (offsets[1] - offsets[0] != bytes)
            throw new InvalidDataException($"tensor '{property.Name}' has {offsets[1] - offsets[0]} bytes, but its shape needs {bytes}.");
        return new Entry(property.Name, type.Type, shape, offsets[0], offsets[1]);
    }

    /// <summary>The type, the shape and the position of a tensor.</summary>
    public sealed record Entry(string Name, ScalarType Type, long[] Shape, long Begin, long End);
}
