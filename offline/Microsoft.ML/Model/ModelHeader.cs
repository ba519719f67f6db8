using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML;

/// <summary>The 256 bytes before a part of a model file, and the texts and the tail behind it. All numbers are little endian.</summary>
internal static class ModelHeader
{
    public const int Size = 256;

    private const ulong Signature = 0x4c45444f4d004c4d; // "ML\0MODEL"
    private const ulong TailSignature = 0x4d4c004d4f44454c; // "LEDOM\0LM"
    private const uint Version = 0x00010002;
    private const int LoaderSignatureSize = 24;

    public static byte[] Join(VersionInfo version, ReadOnlySpan<byte> model, IReadOnlyList<string> strings)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        var header = new byte[Size];
        void Put(int offset, long value) => BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(offset), value);
        BinaryPrimitives.WriteUInt64LittleEndian(header, Signature);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(0x08), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(0x0c), Version);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(0x40), version.ModelSignature);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(0x48), version.VerWrittenCur);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(0x4c), version.VerReadableCur);
        Encoding.ASCII.GetBytes(version.LoaderSignature ?? "", header.AsSpan(0x50));
        Encoding.ASCII.GetBytes(version.LoaderSignatureAlt ?? "", header.AsSpan(0x68));

        writer.Write(header);
        writer.Write(model);
        Put(0x10, Size);
        Put(0x18, model.Length);
        if (strings.Count > 0)
        {
            Put(0x20, stream.Position);
            Put(0x28, 8L * strings.Count);
            var end = 0L;
            foreach (var text in strings)
                writer.Write(end += 2L * text.Length);
            Put(0x30, stream.Position);
            Put(0x38, end);
            foreach (var text in strings)
                writer.Write(Encoding.Unicode.GetBytes(text));
        }
        if (version.LoaderAssemblyName is { Length: > 0 } assembly)
        {
            Put(0x90, stream.Position);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(0x98), 2 * assembly.Length);
            writer.Write(Encoding.Unicode.GetBytes(assembly));
        }
        Put(0x80, stream.Position);
        writer.Write(TailSignature);
        Put(0x88, stream.Position);
        stream.Position = 0;
        writer.Write(header);
        return stream.ToArray();
    }

    /// <exception cref="FormatException">The bytes are no part of a model file.</exception>
    public static Content Split(byte[] bytes)
    {
        ulong Get(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(offset));
        if (bytes.Length < Size + 8 || Get(0) != Signature)
            throw new FormatException("Wrong file type");
        var (tail, limit) = (Get(0x80), Get(0x88));
        if (limit != (ulong)bytes.Length || tail != limit - 8 || Get((int)tail) != TailSignature)
            throw new FormatException("Corrupt model file header");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(0x0c)) > Version)
            throw new FormatException("Incompatible model file version");

        ArraySegment<byte> Segment(int offset, ulong size)
        {
            var start = Get(offset);
            return start <= tail && size <= tail - start
                ? new ArraySegment<byte>(bytes, (int)start, (int)size)
                : throw new FormatException("Corrupt model file header");
        }

        var strings = new List<string>();
        var (table, characters) = (Segment(0x20, Get(0x28)), Segment(0x30, Get(0x38)));
        for (var (i, begin) = (0, 0L); i < table.Count / 8; i++)
        {
            var end = BinaryPrimitives.ReadInt64LittleEndian(table.AsSpan(8 * i));
            if (end < begin || end > characters.Count)
                throw new FormatException("Corrupt model file header");
            strings.Add(Encoding.Unicode.GetString(characters.AsSpan((int)begin, (int)(end - begin))));
            begin = end;
        }
        var assembly = Encoding.Unicode.GetString(Segment(0x90, BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(0x98))));
        return new Content(
            Get(0x40), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(0x48)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(0x4c)),
            Encoding.ASCII.GetString(bytes, 0x50, LoaderSignatureSize).TrimEnd('\0'), assembly, Segment(0x10, Get(0x18)), strings);
    }

    public sealed record Content(
        ulong ModelSignature, uint VerWritten, uint VerReadable, string LoaderSignature, string LoaderAssembly, ArraySegment<byte> Model, IReadOnlyList<string> Strings);
}
