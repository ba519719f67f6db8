using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>What is asked of rows where the type of a column is only known when the program runs.</summary>
internal static class DataViewRowExtensions
{
    private static readonly MethodInfo GenericGetGetter = typeof(DataViewRow).GetMethod(nameof(DataViewRow.GetGetter));

    /// <summary>The getter of the column's own type.</summary>
    public static Delegate GetGetter(this DataViewRow row, DataViewSchema.Column column) =>
        (Delegate)GenericGetGetter.MakeGenericMethod(column.Type.RawType).Invoke(row, BindingFlags.DoNotWrapExceptions, null, [column], null);

    /// <summary>Which columns of a schema are among those asked for, by index.</summary>
    public static bool[] Active(this DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var active = new bool[schema.Count];
        foreach (var column in columns)
        {
            if ((uint)column.Index >= (uint)active.Length)
                throw new InvalidOperationException($"The column '{column.Name}' is not one of {schema}.");
            active[column.Index] = true;
        }
        return active;
    }
}
