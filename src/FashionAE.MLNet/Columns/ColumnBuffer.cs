using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>The values of one column in the rows that were read ahead, of any type that can be kept.</summary>
internal abstract class ColumnBuffer
{
    private static readonly MethodInfo VectorsMethod = typeof(ColumnBuffer).GetMethod(nameof(Vectors), BindingFlags.Static | BindingFlags.NonPublic)!;
    private static readonly MethodInfo ValuesMethod = typeof(ColumnBuffer).GetMethod(nameof(Values), BindingFlags.Static | BindingFlags.NonPublic)!;

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
    public static ColumnBuffer Create(DataViewType type, Delegate read, RowSlot slot, int capacity)
    {
        var method = type is VectorDataViewType vector
            ? VectorsMethod.MakeGenericMethod(vector.ItemType.RawType)
            : ValuesMethod.MakeGenericMethod(type.RawType);
        return (ColumnBuffer)method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [read, slot, capacity], null)!;
    }

    /// <summary>Keeps the input's current value in a place.</summary>
    public abstract void Read(int place);

    private static VectorBuffer<T> Vectors<T>(ValueGetter<VBuffer<T>> read, RowSlot slot, int capacity) => new(read, slot, capacity);

    private static ValueBuffer<T> Values<T>(ValueGetter<T> read, RowSlot slot, int capacity) => new(read, slot, capacity);

    private sealed class VectorBuffer<T>(ValueGetter<VBuffer<T>> read, RowSlot slot, int capacity) : ColumnBuffer
    {
        private readonly VBuffer<T>[] _values = new VBuffer<T>[capacity];

        public override Delegate Getter => (ValueGetter<VBuffer<T>>)Get;

        public override void Read(int place) => read(ref _values[place]);

        // A copy: what a getter fills is the caller's, who may write into it.
        private void Get(ref VBuffer<T> value) => _values[slot.ReadCurrent()].CopyTo(ref value);
    }

    private sealed class ValueBuffer<T>(ValueGetter<T> read, RowSlot slot, int capacity) : ColumnBuffer
    {
        private readonly T[] _values = new T[capacity];

        public override Delegate Getter => (ValueGetter<T>)Get;

        public override void Read(int place) => read(ref _values[place]);

        private void Get(ref T value) => value = _values[slot.ReadCurrent()];
    }
}
