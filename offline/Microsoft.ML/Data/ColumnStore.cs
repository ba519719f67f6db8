namespace Microsoft.ML.Data;

/// <summary>Copies of a column's values, in numbered places. One thread may put values while others read what it has put.</summary>
internal abstract class ColumnStore
{
    /// <summary>The values of other types have owners, of whom a store would know nothing.</summary>
    public static bool CanStore(DataViewType type) => type is PrimitiveDataViewType or VectorDataViewType;

    public static ColumnStore Create(DataViewRow row, DataViewSchema.Column column) =>
        (ColumnStore)RowMember.Call(typeof(ColumnStore), nameof(Create), [column.Type.RawType], row, column);

    /// <summary>Copies the current value of the row.</summary>
    public abstract void Put(int place);

    /// <summary>Makes a <see cref="ValueGetter{TValue}"/> of the value in the place that is current when it is called.</summary>
    public abstract Delegate MakeGetter(Func<int> place);

    private static ColumnStore<T> Create<T>(DataViewRow row, DataViewSchema.Column column) => new(row.GetGetter<T>(column));
}
