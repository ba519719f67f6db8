using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>The values of one column in the rows that were read ahead, of any type that can be kept.</summary>
internal abstract class ColumnBuffer
{
    /// <summary>A getter for the current row, a <see cref="ValueGetter{TValue}"/> of the column's raw type.</summary>
    public abstract Delegate Getter { get; }

    /// <summary>
    /// Whether values of a type can be kept while the input goes on. An image cannot: it is one object, which the getter of the next row
    /// disposes or the reader does, and it may be large.
    /// </summary>
    public static bool CanKeep(DataViewType type) => type is PrimitiveDataViewType or VectorDataViewType;

    /// <summary>Makes the buffer of a column whose values can be kept.</summary>
    /// <param name="type">The column's type.</param>
    /// <param name="read">The input's getter, a <see cref="ValueGetter{TValue}"/> of the type's raw type.</param>
    /// <param name="slot">Says which of the kept rows is the current one.</param>
    /// <param name="capacity">The most rows to keep.</param>
    public static ColumnBuffer Create(DataViewType type, Delegate read, RowSlot slot, int capacity) => type is VectorDataViewType vector
        ? (ColumnBuffer)TypedCall.Invoke(typeof(ColumnBuffer), nameof(Vectors), vector.ItemType.RawType, read, slot, capacity)
        : (ColumnBuffer)TypedCall.Invoke(typeof(ColumnBuffer), nameof(Values), type.RawType, read, slot, capacity);

    /// <summary>Keeps the input's current value in a place.</summary>
    public abstract void Read(int place);

    // A copy: what a getter fills is the caller's, who may write into it.
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
