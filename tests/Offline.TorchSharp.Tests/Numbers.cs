using System.Runtime.InteropServices;

namespace Offline.TorchSharp.Tests;

/// <summary>Input from .NET's own generator, and comparison of tensors with arrays of doubles that plain C# computed.</summary>
internal static class Numbers
{
    public static double[] Draw(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextDouble() - 1)];
    }

    public static double[,] Draw(int seed, int rows, int columns) => Fill(new double[rows, columns], seed);

    public static double[,,,] Draw(int seed, int images, int channels, int height, int width) =>
        Fill(new double[images, channels, height, width], seed);

    /// <summary>The elements of a tensor of any type in row-major order.</summary>
    public static double[] Of(Tensor tensor)
    {
        using var copy = tensor.detach().to(float64).contiguous();
        return MemoryMarshal.Cast<byte, double>(copy.bytes).ToArray();
    }

    /// <summary>Asserts the shape, and the elements within a tolerance that is relative above 1 and absolute below.</summary>
    public static void Equal(Array expected, Tensor actual, double tolerance = 1e-12)
    {
        var shape = Enumerable.Range(0, expected.Rank).Select(expected.GetLongLength);
        Assert.Equal(shape, actual.shape);
        var values = Of(actual);
        var i = 0;
        foreach (var element in expected)
        {
            var wanted = Convert.ToDouble(element);
            // Written so that a NaN fails.
            Assert.True(
                Math.Abs(values[i] - wanted) <= tolerance * Math.Max(1, Math.Abs(wanted)),
                $"Element {i} is {values[i]:r}, not {wanted:r}.");
            i++;
        }
    }

    public static void Equal(double expected, Tensor actual, double tolerance = 1e-12)
    {
        Assert.Empty(actual.shape);
        Equal(new[] { expected }, actual.reshape(1), tolerance);
    }

    public static byte[] Bits(Tensor tensor)
    {
        using var copy = tensor.detach().contiguous();
        return copy.bytes.ToArray();
    }

    private static T Fill<T>(T array, int seed)
        where T : class
    {
        var target = (Array)(object)array;
        Buffer.BlockCopy(Draw(seed, target.Length), 0, target, 0, target.Length * sizeof(double));
        return array;
    }
}
