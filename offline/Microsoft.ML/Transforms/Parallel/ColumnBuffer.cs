namespace Microsoft.ML.Data;

/// <summary>The values of some rows of a column.</summary>
internal abstract class ColumnBuffer
{
    /// <summary>Other types than these may share their values with the cursor, which goes on.</summary>
    public static bool Holds(DataViewType type) => type is PrimitiveDataViewType or VectorDataViewType;

    public static ColumnBuffer Create(DataViewType type, int rows)
    {
        var generic = type is VectorDataViewType vector
            ? typeof(VectorColumnBuffer<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(ColumnBuffer<>).MakeGenericType(type.RawType);
        return (ColumnBuffer)Activator.CreateInstance(generic, rows);
    }

    public abstract void Fill(Delegate getter, int row);
}
