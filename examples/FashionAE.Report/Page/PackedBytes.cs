using System.IO.Compression;
using System.Runtime.InteropServices;

namespace FashionAE.Report.Page;

/// <summary>Bytes as text in a page: zlib in base64. The page unpacks them by its own means, exactly, unlike the pixels of a canvas.</summary>
internal static class PackedBytes
{
    public static string Pack(ReadOnlySpan<byte> bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            zlib.Write(bytes);
        return Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length);
    }

    public static string Pack(IReadOnlyList<float> values) => Pack(MemoryMarshal.AsBytes<float>(values.ToArray()));
}
