using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;

namespace FashionAE.Torch.Tests.Support;

internal static class TestFiles
{
    /// <summary>Gets the folder of the sample of Fashion-MNIST.</summary>
    public static string Sample { get; } = Path.Combine(AppContext.BaseDirectory, "sample");

    public static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", name);

    public static JsonElement GoldenJson(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Golden(name)));
        return document.RootElement.Clone();
    }

    /// <summary>Returns bytes in the IDX format.</summary>
    public static byte[] Idx(int[] shape, byte[] values) =>
        [0, 0, 8, (byte)shape.Length, .. shape.SelectMany(length => BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(length))), .. values];

    public static byte[] Compressed(byte[] content)
    {
        using var result = new MemoryStream();
        using (var gzip = new GZipStream(result, CompressionLevel.SmallestSize))
            gzip.Write(content);
        return result.ToArray();
    }

    /// <summary>A stream that is not seekable and has no length, like that of a pipe or an archive's entry.</summary>
    public static Stream ForwardOnly(byte[] content) => new GZipStream(new MemoryStream(Compressed(content)), CompressionMode.Decompress);
}
