using FashionAE.Report.Figures;
using static TorchSharp.torch;

namespace FashionAE.Report.Tests.Figures.Support;

/// <summary>Pictures and tensors, each as the other.</summary>
internal static class Pixels
{
    /// <summary>
    /// Checks that each level is the nearest one to its value. Halfway between two either will do: passes in batches of other sizes differ in
    /// the last digits, and so does rounding in single precision.
    /// </summary>
    public static void AssertShown(IEnumerable<float> values, IEnumerable<byte> levels)
    {
        var (expected, actual) = (values.ToArray(), levels.ToArray());
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second - 255 * pair.First, -0.501, 0.501));
    }

    /// <summary>Checks a map of mean errors against the means of squared differences, in double precision.</summary>
    public static void AssertMeanErrors(IEnumerable<float[]> originals, IEnumerable<float[]> decoded, MeanErrorMap map)
    {
        var pairs = originals.Zip(decoded).ToArray();
        for (var i = 0; i < 784; i++)
            Assert.Equal(pairs.Average(pair => Math.Pow((double)pair.First[i] - pair.Second[i], 2)), map.Errors[i], 1e-6);
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
