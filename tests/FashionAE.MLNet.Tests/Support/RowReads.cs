using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>Reads rows together with the state of the cursor.</summary>
internal static class RowReads
{
    /// <summary>All rows, read with only one active column.</summary>
    public static List<CursorRow> Rows(IDataView view, string column, Random? random = null) =>
        Rows(view.GetRowCursor([view.Schema[column]], random), column);

    /// <summary>The remaining rows of a cursor, which is then disposed.</summary>
    public static List<CursorRow> Rows(DataViewRowCursor cursor, string column)
    {
        using var _ = cursor;
        var (getId, getValue) = (cursor.GetIdGetter(), Text(cursor, cursor.Schema[column]));
        var rows = new List<CursorRow>();
        var id = default(DataViewRowId);
        while (cursor.MoveNext())
        {
            getId(ref id);
            rows.Add(new CursorRow(id, cursor.Position, getValue()));
        }
        return rows;
    }

    /// <summary>The values of a column, bit for bit.</summary>
    public static string[] Values(IDataView view, string column) => [.. Rows(view, column).Select(r => r.Value)];

    public static string Bits(float[] values) => Convert.ToHexString(MemoryMarshal.AsBytes<float>(values));

    private static Func<string> Text(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
        {
            var getVector = row.GetGetter<VBuffer<float>>(column);
            var vector = default(VBuffer<float>);
            return () =>
            {
                getVector(ref vector);
                return Bits([.. vector.DenseValues()]);
            };
        }
        return column.Type.RawType == typeof(float) ? Scalar<float>(row, column)
            : column.Type.RawType == typeof(bool) ? Scalar<bool>(row, column)
            : Scalar<int>(row, column);
    }

    private static Func<string> Scalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var get = row.GetGetter<T>(column);
        var value = default(T)!;
        return () =>
        {
            get(ref value);
            return $"{value}";
        };
    }
}
