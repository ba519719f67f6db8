using Microsoft.ML;

namespace FashionAE.MLNet.DataViews;

/// <summary>The getters of the columns of a mapping's output that are active, each made when it is first asked for.</summary>
internal sealed class MappedColumns(BatchMapping mapping, bool[] active, Func<int, Delegate> make)
{
    private readonly Delegate?[] _getters = new Delegate?[active.Length];

    public bool IsActive(DataViewSchema.Column column) => active[mapping.IndexOf(column)];

    /// <exception cref="ArgumentOutOfRangeException">The column is not active.</exception>
    /// <exception cref="InvalidOperationException">Its values are of another type.</exception>
    public ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column)
    {
        var index = mapping.IndexOf(column);
        if (!active[index])
            throw new ArgumentOutOfRangeException(nameof(column), "requested column not active");
        if (mapping.OutputSchema[index].Type.RawType != typeof(TValue))
            throw new InvalidOperationException($"Invalid TValue in GetGetter: '{typeof(TValue)}'; column '{column.Name}' has {mapping.OutputSchema[index].Type}.");
        return (ValueGetter<TValue>)(_getters[index] ??= make(index));
    }
}
