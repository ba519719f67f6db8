using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The active columns of a mapped row.</summary>
internal sealed class MappedGetters
{
    private readonly bool[] _active;
    private readonly Delegate[] _getters;

    public MappedGetters(RowMapper mapper, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        (Mapper, Input) = (mapper, input);
        _active = mapper.OutputSchema.Active(activeColumns);
        // Getters are to be had before the first row; the input's own can wait until they are asked for.
        _getters = mapper.Columns.Select((column, i) => _active[i] && !column.IsInput ? column.MakeGetter(input) : null).ToArray();
    }

    public RowMapper Mapper { get; }

    public DataViewRow Input { get; }

    public bool IsActive(DataViewSchema.Column column) => (uint)column.Index < (uint)_active.Length && _active[column.Index];

    public ValueGetter<TValue> Get<TValue>(DataViewSchema.Column column)
    {
        if (!IsActive(column))
            throw Contracts.Inactive();
        var getter = _getters[column.Index] ??= Mapper.Columns[column.Index].MakeGetter(Input);
        return getter as ValueGetter<TValue> ?? throw Contracts.WrongGetter(typeof(TValue));
    }
}
