using System.Buffers.Binary;
using System.IO.Compression;
using FashionAE.Torch;

namespace FashionAE.Robustness.Targets;

/// <summary>Reads the files of the data set. Pixels and labels are data if there is no gzip checksum.</summary>
internal sealed class IdxTarget(string folder, bool isCompressed) : Target(folder)
{
    private const int Images = 6;

    private readonly Dictionary<string, byte[]> _originals = [];

    public override bool MayDiffer => !isCompressed;

    public override void Prepare()
    {
        var random = new Random(1);
        foreach (var (name, count) in new[] { ("train", 1), ("t10k", Images) })
        {
            var (pixels, labels) = (new byte[count * 784], new byte[count]);
            random.NextBytes(pixels);
            for (var i = 0; i < count; i++)
                labels[i] = (byte)(i % 10);
            Add($"{name}-images-idx3-ubyte", Idx(pixels, count, 28, 28));
            Add($"{name}-labels-idx1-ubyte", Idx(labels, count));
        }
        Restore();
    }

    public override void Alter(Random random)
    {
        Restore();
        var prefix = random.Next(3) == 0 ? "t10k-labels" : "t10k-images";
        var name = _originals.Keys.First(name => name.StartsWith(prefix, StringComparison.Ordinal));
        File.WriteAllBytes(PathOf(name), ByteMutation.Apply(_originals[name], random));
    }

    public override string Read()
    {
        using var set = FashionMnist.Load(FashionMnistSplit.Test, PathOf());
        using var labels = set.Labels.to(TorchSharp.torch.ScalarType.Int64);
        if (set.Count != Images || set.Shape != FashionMnist.Shape || labels.data<long>().Any(label => label is < 0 or > 9))
            throw new ImplausibleException($"{set.Count} images of {set.Shape}");
        return $"{Description.Of(set.Images)} {Description.Of(labels)}";
    }

    private void Restore()
    {
        foreach (var (name, bytes) in _originals)
            File.WriteAllBytes(PathOf(name), bytes);
    }

    private void Add(string name, byte[] idx)
    {
        if (!isCompressed)
        {
            _originals.Add(name, idx);
            return;
        }
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(idx);
        _originals.Add($"{name}.gz", packed.ToArray());
    }

    private static byte[] Idx(byte[] values, params int[] shape)
    {
        var header = new byte[4 + 4 * shape.Length];
        (header[2], header[3]) = (0x08, (byte)shape.Length);
        for (var i = 0; i < shape.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * i), shape[i]);
        return [.. header, .. values];
    }
}
