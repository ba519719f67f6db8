using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Files;

public class StoredTensorTests
{
    private static readonly ushort[] Patterns = [.. Enumerable.Range(0, 65536).Select(pattern => (ushort)pattern)];

    private static readonly double[] Reals = [Math.PI, -0.0, double.MaxValue, double.Epsilon, double.NegativeInfinity, double.NaN];

    /// <summary>Every type of the format, with bytes, and the values converted by .NET.</summary>
    public static TheoryData<ScalarType, byte[], double[]> Types => new()
    {
        { ScalarType.Float64, Bytes(Reals, BitConverter.GetBytes), Reals },
        { ScalarType.Float32, Bytes(Reals, value => BitConverter.GetBytes((float)value)), [.. Reals.Select(value => (double)(float)value)] },
        { ScalarType.Float16, Bytes(Patterns, BitConverter.GetBytes), [.. Patterns.Select(value => (double)BitConverter.UInt16BitsToHalf(value))] },
        { ScalarType.BFloat16, Bytes(Patterns, BitConverter.GetBytes), [.. Patterns.Select(value => (double)BitConverter.ToSingle([0, 0, .. BitConverter.GetBytes(value)]))] },
        { ScalarType.Int64, Bytes([-3L, (1L << 53) + 1, long.MinValue], BitConverter.GetBytes), [-3, 1L << 53, -9223372036854775808.0] },
        { ScalarType.Int32, Bytes([-3, int.MaxValue], BitConverter.GetBytes), [-3, int.MaxValue] },
        { ScalarType.Byte, [0, 1, 255], [0, 1, 255] },
        { ScalarType.Bool, [0, 1], [0, 1] },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void The_values_are_those_of_NET_and_of_libtorch(ScalarType type, byte[] bytes, double[] expected)
    {
        var stored = new StoredTensor(type, [expected.Length], bytes);
        Assert.Equal(expected, stored.ToDoubles());
        using var tensor = stored.ToTensor();
        Assert.Equal(tensor.Doubles(), stored.ToDoubles());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_tensor_has_the_bytes_and_is_converted_back_to_them(ScalarType type, byte[] bytes, double[] values)
    {
        var size = bytes.Length / values.Length;
        foreach (var (shape, content) in new (long[], byte[])[] { ([1, values.Length], bytes), ([], bytes[..size]), ([3, 0], []) })
        {
            using var tensor = new StoredTensor(type, shape, content).ToTensor();
            var stored = StoredTensor.Of(tensor);
            Assert.Equal((type, type), (tensor.dtype, stored.Type));
            Assert.Equal(shape, tensor.shape);
            Assert.Equal(shape, stored.Shape);
            Assert.Equal(content, tensor.Bits());
            Assert.Equal(content, stored.Bytes);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void One_infinite_value_or_NaN_makes_it_not_finite(ScalarType type, byte[] bytes, double[] values)
    {
        var size = bytes.Length / values.Length;
        bool IsFinite(IEnumerable<int> places) =>
            new StoredTensor(type, [places.Count()], [.. places.SelectMany(i => bytes[(i * size)..((i + 1) * size)])]).IsFinite();
        var finite = Enumerable.Range(0, values.Length).Where(i => double.IsFinite(values[i])).ToArray();
        Assert.True(IsFinite(finite));
        Assert.True(IsFinite([]));
        foreach (var place in Enumerable.Range(0, values.Length).Except(finite))
            foreach (var places in new[] { finite[..2].Append(place), finite[..2].Prepend(place) })
                Assert.False(IsFinite(places));
    }

    [Fact]
    public void An_unsupported_type_is_not_converted() =>
        Assert.Throws<NotSupportedException>(() => new StoredTensor(ScalarType.Int16, [1], [1, 0]).ToDoubles());

    [Fact]
    public void A_tensor_that_changes_later_does_not_change_what_was_stored()
    {
        using var scope = NewDisposeScope();
        var tensor = arange(4, ScalarType.Float32).reshape(2, 2).t();
        var stored = StoredTensor.Of(tensor);
        tensor.zero_();
        Assert.Equal([0f, 2, 1, 3], stored.Floats.ToArray());
        stored.ToTensor().zero_();
        Assert.Equal([0f, 2, 1, 3], stored.Floats.ToArray());
    }

    private static byte[] Bytes<T>(T[] values, Func<T, byte[]> convert) => [.. values.SelectMany(convert)];
}
