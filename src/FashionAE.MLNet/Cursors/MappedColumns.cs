using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>The getters of a mapping's active output columns. Each is created at its first use.</summary>
internal sealed class MappedColumns(BatchMapping mapping, bool[] active, Func<int, Delegate> make)
{
    private readonly Delegate?[] _getters = new Delegate?[active.Length];

    public bool IsActive(DataViewSchema.Column column) => active[mapping.IndexOf(column)];

    /// <exception cref="ArgumentOutOfRangeException">The column is not active.</exception>
    /// <exception cref="InvalidOperationException">The column has another type.</exception>
    public ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column)
    {
        var index = mapping.IndexOf(column);
        if (!active[index])
            throw new ArgumentOutOfRangeException(nameof(column), "requested column not active");
        if (mapping.OutputSchema[index].Type.RawType != typeof(TValue))
            throw new InvalidOperationException(
                $"Invalid TValue in GetGetter: '{typeof(TValue)}'; column '{column.Name}' has {mapping.OutputSchema[index].Type}.");
        return (ValueGetter<TValue>)(_getters[index] ??= make(index));
    }
}

/// <summary>Gets a row's getter of a column whose type is known only at run time.</summary>
internal static class InputGetter
{
    public static Delegate Of(DataViewRow row, DataViewSchema.Column column) =>
        (Delegate)TypedCall.Invoke(typeof(InputGetter), nameof(Get), column.Type.RawType, row, column);

    private static ValueGetter<T> Get<T>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<T>(column);
}
