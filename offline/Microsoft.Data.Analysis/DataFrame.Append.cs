using System.Globalization;

namespace Microsoft.Data.Analysis;

public partial class DataFrame
{
    /// <summary>
    /// Appends a row, with null where it has too few values. Values are converted to the types of their columns; the text "null", and an
    /// empty text in a column of another type, are null.
    /// </summary>
    public DataFrame Append(IEnumerable<object> row = null, bool inPlace = false, CultureInfo cultureInfo = null)
    {
        var values = (row ?? []).ToList();
        if (values.Count > Columns.Count)
            throw new ArgumentException($"The row has {values.Count} values, the frame has {Columns.Count} columns.", nameof(row));
        var converted = values.Zip(Columns, (value, column) => Convert(WithoutNullTexts(value, column), column, cultureInfo)).ToList();
        return (inPlace ? this : Clone()).AppendConverted(converted);
    }

    public DataFrame Append(IEnumerable<KeyValuePair<string, object>> row, bool inPlace = false, CultureInfo cultureInfo = null)
    {
        ArgumentNullException.ThrowIfNull(row);
        var values = new object[Columns.Count];
        foreach (var (name, value) in row)
        {
            var index = Columns.IndexOf(name);
            values[index >= 0 ? index : throw Columns.Missing(name, nameof(row))] = Convert(value, Columns[index], cultureInfo);
        }
        return (inPlace ? this : Clone()).AppendConverted(values);
    }

    public DataFrame Append(IEnumerable<DataFrameRow> rows, bool inPlace = false, CultureInfo cultureInfo = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var frame = inPlace ? this : Clone();
        foreach (var row in rows.ToList())
            frame.Append(row.GetValues(), inPlace: true, cultureInfo);
        return frame;
    }

    private static object WithoutNullTexts(object value, DataFrameColumn column)
    {
        if (value is not string text)
            return value;
        var isNull = text.Length == 0 ? column.DataType != typeof(string) : text.Equals("null", StringComparison.OrdinalIgnoreCase);
        return isNull ? null : text;
    }

    private static object Convert(object value, DataFrameColumn column, CultureInfo culture)
    {
        try
        {
            return value is null ? null : System.Convert.ChangeType(value, column.DataType, culture ?? CultureInfo.CurrentCulture);
        }
        catch (Exception e) when (e is FormatException or InvalidCastException or OverflowException)
        {
            throw new FormatException($"Column '{column.Name}' holds {column.DataType.Name}, and '{value}' cannot be converted to it.", e);
        }
    }

    private DataFrame AppendConverted(IReadOnlyList<object> values)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            var column = Columns[i];
            column.Resize(column.Length + 1);
            if (i < values.Count && values[i] is { } value)
                column[column.Length - 1] = value;
        }
        Columns.RowsChanged();
        return this;
    }
}
