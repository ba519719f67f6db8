using Microsoft.ML;

namespace Microsoft.Data.Analysis;

/// <remarks>In a view a null is a NaN where the type has one, and the default value of the type where it has none.</remarks>
public partial class PrimitiveDataFrameColumn<T>
{
    protected internal override void AddDataViewColumn(DataViewSchema.Builder builder) =>
        builder.AddColumn(Name, PrimitiveViewTypes.Of(typeof(T))
            ?? throw new NotSupportedException($"Column '{Name}' holds {DataType}, which the view of a frame has not."));

    protected internal override Delegate GetDataViewGetter(DataViewRowCursor cursor)
    {
        var missing = default(T) switch
        {
            float => (T)(object)float.NaN,
            double => (T)(object)double.NaN,
            _ => default,
        };
        return (ValueGetter<T>)((ref T value) => value = this[cursor.Position] ?? missing);
    }

    protected internal override Delegate GetValueGetterUsingCursor(DataViewRowCursor cursor, DataViewSchema.Column schemaColumn) =>
        cursor.GetGetter<T>(schemaColumn);

    protected internal override void AddValueUsingCursor(DataViewRowCursor cursor, Delegate getter)
    {
        T value = default;
        ((ValueGetter<T>)getter)(ref value);
        Append(value);
    }
}
