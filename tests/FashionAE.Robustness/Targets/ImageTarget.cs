using System.Globalization;
using System.Reflection;
using FashionAE.Torch;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.Robustness.Targets;

/// <summary>
/// Reads image files like fashionae encode. Pixels are data. An altered file must be either encoded or reported, and the unaltered file
/// next to it must be encoded as usual.
/// </summary>
internal sealed class ImageTarget(string folder, string extension) : Target(folder)
{
    private static readonly MethodInfo Command = Assembly.Load("fashionae").EntryPoint!;

    private byte[] _original = [];
    private string? _neighbor;

    private string Altered => $"altered{extension}";

    private string Beside => $"beside{extension}";

    public override bool MayDiffer => true;

    public override void Prepare()
    {
        manual_seed(1);
        using var model = new DenseArchitecture(FashionMnist.Shape, 2) { HiddenSizes = [4] }.Build();
        AutoencoderFile.Save(model, PathOf("model.safetensors"));
        Directory.CreateDirectory(PathOf("images"));
        var pixels = new byte[4 * 40 * 30];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = i % 4 == 3 ? (byte)255 : (byte)(i * 7 / 40);
        using var image = MLImage.CreateFromPixels(40, 30, MLPixelFormat.Bgra32, pixels);
        foreach (var name in new[] { Altered, Beside })
            image.Save(PathOf("images", name));
        _original = File.ReadAllBytes(PathOf("images", Altered));
    }

    public override void Alter(Random random) => File.WriteAllBytes(
        PathOf("images", Altered),
        extension == ".png" && random.Next(2) == 0 ? PngChunks.Alter(_original, random) : ByteMutation.Apply(_original, random));

    public override string Read()
    {
        var table = PathOf("codes.csv");
        File.Delete(table);
        using var errors = new StringWriter();
        Console.SetError(errors);
        var exitCode = (int)Command.Invoke(null, [(string[])["encode", "--model", PathOf("model.safetensors"), "--images", PathOf("images"), "--out", table]])!;
        if (exitCode is not (0 or 1) || !File.Exists(table))
            throw new ImplausibleException($"fashionae encode ended with {exitCode}: {errors}");

        var rows = File.ReadAllLines(table);
        var neighbor = RowOf(Beside) ?? throw new ImplausibleException($"The image beside the altered one was not encoded: {errors}");
        // The batch size may change the last bits.
        if (!IsNear(neighbor, _neighbor ??= neighbor))
            throw new ImplausibleException($"The image beside the altered one became {neighbor} instead of {_neighbor}");
        var row = RowOf(Altered);
        var isNamed = $"{errors}".Contains($"error: {Altered}: ", StringComparison.Ordinal);
        if (isNamed != row is null || isNamed != (exitCode == 1))
            throw new ImplausibleException($"fashionae encode ended with {exitCode}, said '{errors}' and wrote {row ?? "nothing"}");
        return row ?? throw new InvalidDataException($"{errors}");

        static bool IsNear(string row, string other) => row.Split(',')[1..].Zip(other.Split(',')[1..])
            .All(pair => Math.Abs(float.Parse(pair.First, CultureInfo.InvariantCulture) - float.Parse(pair.Second, CultureInfo.InvariantCulture)) < 1e-4f);

        string? RowOf(string name) => rows.SingleOrDefault(line => line.StartsWith($"{name},", StringComparison.Ordinal));
    }

    /// <summary>Alters a PNG file and updates its checksums.</summary>
    private static class PngChunks
    {
        private const int Signature = 8;

        public static byte[] Alter(byte[] png, Random random)
        {
            var chunks = new List<byte[]>();
            for (var at = Signature; at < png.Length;)
            {
                var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
                chunks.Add(png[(at + 4)..(at + 8 + length)]);
                at += length + 12;
            }
            var chosen = random.Next(chunks.Count);
            chunks[chosen] = [.. chunks[chosen][..4], .. ByteMutation.Apply(chunks[chosen][4..], random)];
            return [.. png[..Signature], .. chunks.SelectMany(chunk => (byte[])[.. BigEndian((uint)chunk.Length - 4), .. chunk, .. BigEndian(Crc32(chunk))])];
        }

        private static byte[] BigEndian(uint number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];

        private static uint Crc32(byte[] bytes)
        {
            var sum = uint.MaxValue;
            foreach (var value in bytes)
            {
                sum ^= value;
                for (var bit = 0; bit < 8; bit++)
                    sum = sum >> 1 ^ ((sum & 1) == 0 ? 0 : 0xedb88320);
            }
            return ~sum;
        }
    }
}
