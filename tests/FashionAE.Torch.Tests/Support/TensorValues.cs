using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Support;

/// <summary>Converts tensors to .NET arrays, which the tests compare.</summary>
internal static class TensorValues
{
    /// <summary>Returns the values of a tensor of any type, in double precision.</summary>
    public static double[] Doubles(this Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().to(ScalarType.Float64).contiguous().data<double>().ToArray();
    }

    /// <summary>Returns the memory of any tensor.</summary>
    public static byte[] Bits(this Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().contiguous().bytes.ToArray();
    }

    /// <summary>Decodes float32 values from base64, little-endian.</summary>
    public static Tensor FromBase64(string text, params long[] shape) =>
        torch.tensor(MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(text)).ToArray()).reshape(shape);

    public static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        AssertClose(expected.Doubles(), actual.Doubles(), tolerance);
    }

    public static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = Math.Abs(expected[i] - actual[i]);
            Assert.True(difference <= tolerance, $"Value {i} is {actual[i]:R} instead of {expected[i]:R}, off by {difference:E2}.");
        }
    }

    public static void AssertSameBits(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.dtype, actual.dtype);
        Assert.Equal(expected.shape, actual.shape);
        Assert.Equal(expected.Bits(), actual.Bits());
    }
}
