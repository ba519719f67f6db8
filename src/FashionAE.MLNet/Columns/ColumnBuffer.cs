using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Buffers the values of one column for the rows that were read ahead.</summary>
internal abstract class ColumnBuffer
{
    /// <summary>A getter for the current row, a <see cref="ValueGetter{TValue}"/> of the column's raw type.</summary>
    public abstract Delegate Getter { get; }

    /// <summary>
    /// Returns whether values of a type can be buffered while the input moves to the next rows. An image cannot be buffered. It is a single
    /// object that may be large, and the reader, or the getter for the next row, disposes it.
    /// </summary>
    public static bool CanKeep(DataViewType type) => type is PrimitiveDataViewType or VectorDataViewType;

    /// <summary>Creates the buffer of a column whose values can be buffered.</summary>
    /// <param name="type">The column's type.</param>
    /// <param name="read">The input's getter, a <see cref="ValueGetter{TValue}"/> of the type's raw type.</param>
    /// <param name="slot">The slot that says which of the buffered rows is the current one.</param>
    /// <param name="capacity">The maximum number of rows to buffer.</param>
    public static ColumnBuffer Create(DataViewType type, Delegate read, RowSlot slot, int capacity) => type is VectorDataViewType vector
        ? (ColumnBuffer)TypedCall.Invoke(typeof(ColumnBuffer), nameof(Vectors), vector.ItemType.RawType, read, slot, capacity)
        : (ColumnBuffer)TypedCall.Invoke(typeof(ColumnBuffer), nameof(Values), type.RawType, read, slot, capacity);

    /// <summary>Stores the input's current value at a place in the buffer.</summary>
    public abstract void Read(int place);

    // Copies the value, because the caller owns the result of a getter and may write into it.
    private static KeptValues<VBuffer<T>> Vectors<T>(ValueGetter<VBuffer<T>> read, RowSlot slot, int capacity) =>
        new(read, slot, capacity, (in VBuffer<T> kept, ref VBuffer<T> value) => kept.CopyTo(ref value));

    private static KeptValues<T> Values<T>(ValueGetter<T> read, RowSlot slot, int capacity) =>
        new(read, slot, capacity, (in T kept, ref T value) => value = kept);

    private delegate void Copy<T>(in T kept, ref T value);

    private sealed class KeptValues<T>(ValueGetter<T> read, RowSlot slot, int capacity, Copy<T> copy) : ColumnBuffer
    {
        private readonly T[] _values = new T[capacity];

        public override Delegate Getter => (ValueGetter<T>)((ref T value) => copy(_values[slot.ReadCurrent()], ref value));

        public override void Read(int place) => read(ref _values[place]);
    }
}
