using static TorchSharp.torch;

namespace FashionAE.Report.Tests.Figures.Support;

/// <summary>Pictures and tensors, each as the other.</summary>
internal static class Pixels
{
    /// <summary>Rows of float32 values as bytes, in double precision.</summary>
    public static byte[][] Bytes(Tensor images)
    {
        var count = (int)images.shape[0];
        return [.. Floats(images).Chunk((int)images.NumberOfElements / count).Select(image => image.Select(v => (byte)Math.Round(255.0 * v)).ToArray())];
    }

    public static float[] Floats(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().contiguous().data<float>().ToArray();
    }

    /// <summary>Bytes of 28x28 images as float32 [N, 1, 28, 28] in [0, 1].</summary>
    public static Tensor Images(IEnumerable<byte[]> pictures) =>
        tensor(pictures.SelectMany(p => p.Select(b => b / 255f)).ToArray()).reshape(-1, 1, 28, 28);

    public static double MeanSquare(IReadOnlyList<float> first, IReadOnlyList<float> second) =>
        first.Zip(second, (a, b) => ((double)a - b) * ((double)a - b)).Average();

    public static double Psnr(double meanSquare) => 10 * Math.Log10(1 / meanSquare);

    public static float[] Unit(byte[] picture) => [.. picture.Select(b => b / 255f)];
}
