using static TorchSharp.torch;

namespace TorchSharp.Utils;

/// <summary>The elements of a contiguous tensor on the CPU, in row-major order.</summary>
public sealed class TensorAccessor<T> : IDisposable
    where T : unmanaged
{
    private readonly Tensor _tensor;

    internal TensorAccessor(Tensor tensor) => _tensor = tensor;

    public long Count => _tensor.NumberOfElements;

    private unsafe Span<T> Elements => new(_tensor.Describe().Data, checked((int)Count));

    public T[] ToArray()
    {
        var result = Elements.ToArray();
        GC.KeepAlive(_tensor); // its finalizer frees the memory
        return result;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var source = Elements[(int)tensorIndex..];
        var target = array[arrayIndex..];
        source[..Math.Min(source.Length, target.Length)].CopyTo(target);
        GC.KeepAlive(_tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var source = array[arrayIndex..];
        var target = Elements[(int)tensorIndex..];
        source[..Math.Min(source.Length, target.Length)].CopyTo(target);
        GC.KeepAlive(_tensor);
    }

    public void Dispose()
    {
    }
}
