using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace FashionAE.Torch.Tests.Support;

/// <summary>
/// Reads and creates files according to the safetensors specification, without the library: 8 bytes with the length N of the header,
/// little-endian; N bytes of JSON in UTF-8 that begin with '{', padded with spaces; then the tensors' bytes, little-endian and row-major,
/// at offsets from the header's end.
/// </summary>
internal static class SafeTensorsReader
{
    public static (Dictionary<string, SafeTensorsEntry> Tensors, Dictionary<string, string> Metadata) Read(byte[] file)
    {
        var length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
        var header = file.AsSpan(8, length).ToArray();
        Assert.Equal((byte)'{', header[0]);
        var values = file.AsSpan(8 + length).ToArray();
        var tensors = new Dictionary<string, SafeTensorsEntry>();
        var metadata = new Dictionary<string, string>();
        var ends = new List<(int Begin, int End)>();
        using var document = JsonDocument.Parse(header);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.NameEquals("__metadata__"))
            {
                foreach (var text in property.Value.EnumerateObject())
                    metadata.Add(text.Name, text.Value.GetString()!);
                continue;
            }
            Assert.Equal(["data_offsets", "dtype", "shape"], property.Value.EnumerateObject().Select(p => p.Name).Order());
            var offsets = property.Value.GetProperty("data_offsets").EnumerateArray().Select(n => n.GetInt32()).ToArray();
            ends.Add((offsets[0], offsets[1]));
            tensors.Add(property.Name, new SafeTensorsEntry(
                property.Value.GetProperty("dtype").GetString()!,
                [.. property.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())],
                values[offsets[0]..offsets[1]]));
        }
        // Every byte belongs to exactly one tensor.
        var end = 0;
        foreach (var (begin, next) in ends.Order())
        {
            Assert.Equal(end, begin);
            end = next;
        }
        Assert.Equal(values.Length, end);
        return (tensors, metadata);
    }

    public static byte[] File(string header, params byte[] values) => File(Encoding.UTF8.GetBytes(header), values);

    public static byte[] File(byte[] header, params byte[] values)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. values];
    }
}
