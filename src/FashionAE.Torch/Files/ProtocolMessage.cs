using System.Buffers;
using System.Text;

namespace FashionAE.Torch;

/// <summary>
/// Builds a Protocol Buffers message field by field. Long arrays, such as weights, are not copied until <see cref="ToArray"/>.
/// </summary>
internal sealed class ProtocolMessage
{
    private const int Long = 1 << 12;

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly List<byte[]> _parts = [];
    private long _length;

    private long Length => _length + _bytes.WrittenCount;

    public ProtocolMessage Add(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
        return this;
    }

    public ProtocolMessage Add(int field, float value)
    {
        Varint((ulong)field << 3 | 5);
        _bytes.Write(BitConverter.GetBytes(value));
        return this;
    }

    public ProtocolMessage Add(int field, double value)
    {
        Varint((ulong)field << 3 | 1);
        _bytes.Write(BitConverter.GetBytes(value));
        return this;
    }

    public ProtocolMessage Add(int field, ReadOnlySpan<byte> value)
    {
        Varint((ulong)field << 3 | 2);
        Varint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public ProtocolMessage Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

    public ProtocolMessage Add(int field, byte[] value)
    {
        if (value.Length < Long)
            return Add(field, value.AsSpan());
        Varint((ulong)field << 3 | 2);
        Varint((ulong)value.Length);
        Append([value]);
        return this;
    }

    public ProtocolMessage Add(int field, ProtocolMessage value)
    {
        Varint((ulong)field << 3 | 2);
        Varint((ulong)value.Length);
        if (value._parts.Count == 0)
            _bytes.Write(value._bytes.WrittenSpan);
        else
            Append([.. value._parts, value._bytes.WrittenSpan.ToArray()]);
        return this;
    }

    public ProtocolMessage AddAll(int field, IEnumerable<long> values)
    {
        var packed = new ProtocolMessage();
        foreach (var value in values)
            packed.Varint((ulong)value);
        return Add(field, packed);
    }

    /// <summary>Appends the fields of another message.</summary>
    public ProtocolMessage Join(ProtocolMessage other)
    {
        Append([.. other._parts, other._bytes.WrittenSpan.ToArray()]);
        return this;
    }

    public byte[] ToArray()
    {
        var all = new byte[Length];
        var rest = all.AsSpan();
        foreach (var part in _parts)
        {
            part.CopyTo(rest);
            rest = rest[part.Length..];
        }
        _bytes.WrittenSpan.CopyTo(rest);
        return all;
    }

    private void Append(ReadOnlySpan<byte[]> parts)
    {
        _parts.Add(_bytes.WrittenSpan.ToArray());
        _length += _bytes.WrittenCount;
        _bytes.ResetWrittenCount();
        foreach (var part in parts)
        {
            _parts.Add(part);
            _length += part.Length;
        }
    }

    private void Varint(ulong value)
    {
        for (; value > 127; value >>= 7)
            _bytes.Write([(byte)(value | 128)]);
        _bytes.Write([(byte)value]);
    }
}
