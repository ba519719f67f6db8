using System.Collections;

namespace Microsoft.ML.Data;

/// <summary>A vector, dense or sparse, whose arrays are used again from row to row.</summary>
public readonly struct VBuffer<T> : IEnumerable
{
    public readonly int Length;
    private readonly int _count;
    private readonly T[] _values;
    private readonly int[] _indices;

    public VBuffer(int length, T[] values, int[] indices = null)
    {
        if (values is null && length > 0 || values is not null && values.Length < length)
            throw new ArgumentOutOfRangeException(nameof(values), $"A dense vector of {length} needs as many values.");
        (Length, _count, _values, _indices) = (length, length, values, indices);
    }

    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        if (count < 0 || count > length)
            throw new ArgumentOutOfRangeException(nameof(count), $"A vector of {length} cannot hold {count} values.");
        if (count > 0 && (values is null || values.Length < count))
            throw new ArgumentOutOfRangeException(nameof(values), $"There must be {count} values.");
        if (count > 0 && count < length && (indices is null || indices.Length < count))
            throw new ArgumentOutOfRangeException(nameof(indices), $"There must be {count} indices.");
        (Length, _count, _values, _indices) = (length, count, values, indices);
    }

    public bool IsDense => _count == Length;

    internal T[] ValueArray => _values;

    internal int[] IndexArray => _indices;

    public static void Copy(T[] source, int sourceIndex, ref VBuffer<T> destination, int length)
    {
        var editor = VBufferEditor.Create(ref destination, length);
        source.AsSpan(sourceIndex, length).CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public ReadOnlySpan<T> GetValues() => _values.AsSpan(0, _count);

    /// <summary>The indices of the values of a sparse vector; empty for a dense one.</summary>
    public ReadOnlySpan<int> GetIndices() => IsDense ? default : _indices.AsSpan(0, _count);

    public void CopyTo(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length, _count);
        GetValues().CopyTo(editor.Values);
        GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination, int sourceIndex, int length)
    {
        var editor = VBufferEditor.Create(ref destination, length);
        for (var i = 0; i < length; i++)
            editor.Values[i] = GetItemOrDefault(sourceIndex + i);
        destination = editor.Commit();
    }

    public void CopyToDense(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length);
        CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default)
    {
        var target = destination.Slice(destinationIndex, Length);
        if (IsDense)
        {
            GetValues().CopyTo(target);
            return;
        }
        target.Fill(defaultValue);
        for (var i = 0; i < _count; i++)
            target[_indices[i]] = _values[i];
    }

    public T GetItemOrDefault(int index)
    {
        if ((uint)index >= (uint)Length)
            throw new ArgumentOutOfRangeException(nameof(index), $"The index {index} is outside a vector of {Length}.");
        if (IsDense)
            return _values[index];
        // Where there are no values, there may be no indices.
        var at = _count == 0 ? -1 : Array.BinarySearch(_indices, 0, _count, index);
        return at < 0 ? default : _values[at];
    }

    public void GetItemOrDefault(int index, ref T destination) => destination = GetItemOrDefault(index);

    public IEnumerable<T> DenseValues() => Items(all: true).Select(item => item.Value);

    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        if (!all && !IsDense)
        {
            for (var i = 0; i < _count; i++)
                yield return new KeyValuePair<int, T>(_indices[i], _values[i]);
            yield break;
        }
        for (var i = 0; i < Length; i++)
            yield return new KeyValuePair<int, T>(i, GetItemOrDefault(i));
    }

    public IEnumerator GetEnumerator() => Items().GetEnumerator();

    public override string ToString() =>
        IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {_count} explicit values";
}
