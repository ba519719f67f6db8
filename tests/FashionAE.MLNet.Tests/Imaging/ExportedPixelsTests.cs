using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Imaging;

/// <summary>Compares <c>ScalePixels</c> in graphs of ML.NET's <c>ConvertToOnnx</c> with the transformer, bit for bit.</summary>
public class ExportedPixelsTests
{
    private readonly MLContext _ml = new(1);

    [Theory]
    [InlineData("Bytes", false)]
    [InlineData("Bytes", true)]
    [InlineData("Integers", false)]
    [InlineData("Integers", true)]
    [InlineData("Numbers", false)]
    [InlineData("Numbers", true)]
    [InlineData("Doubles", false)]
    [InlineData("Doubles", true)]
    public void Pixels_of_every_type_are_scaled(string column, bool invert)
    {
        int[] levels = [.. Enumerable.Range(0, 256)];
        // The levels, and values between them.
        double[] between = [.. levels.Select(level => level + 1.0 / 3)];
        var all = _ml.Data.LoadFromEnumerable(
        [
            new Row
            {
                Bytes = [.. levels.Select(level => (byte)level)], Integers = levels, Numbers = [.. between.Select(v => (float)v)], Doubles = between,
            },
        ]);
        var data = _ml.Transforms.SelectColumns(column).Fit(all).Transform(all);
        var actual = ExportedChain.Run(_ml, _ml.Transforms.ScalePixels("Scaled", column, new() { Invert = invert }).Fit(data), data);
        float Share(double value) => (float)((invert ? 255 - value : value) / 255);
        var expected = column switch
        {
            "Doubles" => between.Select(Share),
            // In single precision, like the type.
            "Numbers" => between.Select(v => (invert ? 255 - (float)v : (float)v) / 255),
            _ => levels.Select(level => Share(level)),
        };
        Assert.Equal(expected, actual["Scaled"].Values.Select(value => (float)value));
        Assert.Equal([1, 16, 16], actual["Scaled"].Shape);
    }

    [Fact]
    public void Vectors_of_unknown_size_are_scaled()
    {
        var data = _ml.Data.LoadFromEnumerable([new AnySize { Numbers = [0, 51, 255] }]);
        Assert.Equal([0, 0.2f, 1], _ml.Transforms.ScalePixels("Numbers").Fit(data).Transform(data).GetColumn<float[]>("Numbers").Single());
        using var session = new Microsoft.ML.OnnxRuntime.InferenceSession(
            ExportedChain.Export(_ml, _ml.Transforms.ScalePixels("Numbers").Fit(data), data));
        var pixels = new Microsoft.ML.OnnxRuntime.Tensors.DenseTensor<float>(new float[] { 0, 51, 255 }, [1, 3]);
        using var results = session.Run([Microsoft.ML.OnnxRuntime.NamedOnnxValue.CreateFromTensor("Numbers", pixels)]);
        Assert.Equal([0, 0.2f, 1], results.Single().AsEnumerable<float>());
    }

    private sealed class Row
    {
        [VectorType(16, 16)]
        public byte[] Bytes { get; set; } = [];

        [VectorType(16, 16)]
        public int[] Integers { get; set; } = [];

        [VectorType(16, 16)]
        public float[] Numbers { get; set; } = [];

        [VectorType(16, 16)]
        public double[] Doubles { get; set; } = [];
    }

    private sealed class AnySize
    {
        public float[] Numbers { get; set; } = [];
    }
}
