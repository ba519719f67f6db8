using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>The values of a tensor in managed memory, in the format of files: little-endian, in row-major order.</summary>
internal sealed record StoredTensor(ScalarType Type, long[] Shape, byte[] Bytes)
{
    /// <summary>Gets the values. The type must be Float32.</summary>
    public ReadOnlySpan<float> Floats => MemoryMarshal.Cast<byte, float>(Bytes);

    /// <summary>Copies the values of a tensor on any device.</summary>
    public static StoredTensor Of(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return new StoredTensor(tensor.dtype, [.. tensor.shape], tensor.detach().cpu().contiguous().bytes.ToArray());
    }

    public static Dictionary<string, StoredTensor> Of(IReadOnlyDictionary<string, Tensor> tensors) =>
        tensors.ToDictionary(t => t.Key, t => Of(t.Value));

    public static StoredTensor Of(ReadOnlySpan<float> values, params long[] shape) =>
        new(ScalarType.Float32, shape, MemoryMarshal.AsBytes(values).ToArray());

    public static StoredTensor Of(ReadOnlySpan<double> values, params long[] shape) =>
        new(ScalarType.Float64, shape, MemoryMarshal.AsBytes(values).ToArray());

    public static StoredTensor Of(ReadOnlySpan<long> values) =>
        new(ScalarType.Int64, [values.Length], MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Creates a tensor with these values, on the CPU.</summary>
    public Tensor ToTensor()
    {
        NativeTorch.EnsureLoaded();
        var tensor = empty(Shape, Type);
        Bytes.CopyTo(tensor.bytes);
        return tensor;
    }

    /// <summary>Converts the values to double precision. The conversion is exact except for integers of more than 53 bits.</summary>
    /// <exception cref="NotSupportedException">Files cannot have values of this type.</exception>
    public double[] ToDoubles()
    {
        static double[] From<T>(ReadOnlySpan<byte> bytes, Func<T, double> convert)
            where T : unmanaged => Array.ConvertAll(MemoryMarshal.Cast<byte, T>(bytes).ToArray(), value => convert(value));
        return Type switch
        {
            ScalarType.Float64 => From<double>(Bytes, value => value),
            ScalarType.Float32 => From<float>(Bytes, value => value),
            ScalarType.Float16 => From<Half>(Bytes, value => (double)value),
            // A bfloat16 is the upper half of a float32.
            ScalarType.BFloat16 => From<ushort>(Bytes, value => BitConverter.UInt32BitsToSingle((uint)value << 16)),
            ScalarType.Int64 => From<long>(Bytes, value => value),
            ScalarType.Int32 => From<int>(Bytes, value => value),
            ScalarType.Byte or ScalarType.Bool => From<byte>(Bytes, value => value),
            _ => throw new NotSupportedException($"{Type} cannot be converted."),
        };
    }

    public bool IsFinite()
    {
        if (Type is ScalarType.Int64 or ScalarType.Int32 or ScalarType.Byte or ScalarType.Bool)
            return true;
        if (Type != ScalarType.Float32)
            return Array.TrueForAll(ToDoubles(), double.IsFinite);
        foreach (var value in Floats)
            if (!float.IsFinite(value))
                return false;
        return true;
    }
}

/// <summary>The type and the shape that a network needs for a tensor.</summary>
internal readonly record struct TensorForm(ScalarType Type, long[] Shape)
{
    public static Dictionary<string, TensorForm> Of(IReadOnlyDictionary<string, Tensor> tensors) =>
        tensors.ToDictionary(t => t.Key, t => new TensorForm(t.Value.dtype, t.Value.shape));
}
