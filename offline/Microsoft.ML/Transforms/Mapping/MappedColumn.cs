namespace Microsoft.ML.Data;

/// <summary>A column of the output of a <see cref="RowMapper"/>.</summary>
internal sealed class MappedColumn
{
    private readonly Func<DataViewRow, Delegate> _makeGetter;

    /// <summary>Initializes a new instance of the <see cref="MappedColumn"/> class: a column that is computed.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Its type.</param>
    /// <param name="annotations">Its annotations, or null.</param>
    /// <param name="inputs">The columns of the input that it is made of.</param>
    /// <param name="makeGetter">Makes the getter for a row of the input in which these are active.</param>
    public MappedColumn(
        string name, DataViewType type, DataViewSchema.Annotations annotations, IEnumerable<DataViewSchema.Column> inputs,
        Func<DataViewRow, Delegate> makeGetter)
    {
        Column = new DataViewSchema.DetachedColumn(name, type, annotations);
        Inputs = inputs.Select(input => input.Index).ToArray();
        _makeGetter = makeGetter;
    }

    public DataViewSchema.DetachedColumn Column { get; }

    public IReadOnlyList<int> Inputs { get; }

    /// <summary>Whether the column is the input's own, which needs no work.</summary>
    public bool IsInput { get; private init; }

    public static MappedColumn OfInput(DataViewSchema.Column input) =>
        new(input.Name, input.Type, input.Annotations, [input], row => row.GetGetter(input)) { IsInput = true };

    public Delegate MakeGetter(DataViewRow input) => _makeGetter(input);
}
