using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>A transformer that adds columns which are computed a batch of rows at a time.</summary>
/// <remarks>
/// The columns of the input pass through. A cursor keeps their values for a batch of rows, but for images and others that are neither
/// primitive nor vectors: where one of those is active it computes row by row, and that column is the input's own, whose owner is whoever
/// it is without this transformer.
/// </remarks>
public abstract class BatchTransformer : ITransformer
{
    private readonly Component _component;
    private readonly ConditionalWeakTable<DataViewSchema, BatchMapping> _mappings = [];

    private protected BatchTransformer(Component component) => _component = component;

    /// <summary>Gets a value indicating whether one row becomes one row, so that the transformer works in a prediction engine.</summary>
    public bool IsRowToRowMapper => _component.RowsPerRow == 1;

    /// <summary>
    /// Gets or sets a value indicating whether the log warns when a view that this transformer makes is read for the third time, although
    /// every read computes its columns anew. True by default; set it to false where each read has other rows, before the view is made.
    /// </summary>
    public bool WarnsOfRepeatedReads { get; set; } = true;

    /// <summary>Gets what messages call the step.</summary>
    private protected string Step => _component.Step;

    /// <summary>Gets or sets the environment whose log gets warnings; null for none.</summary>
    internal IHostEnvironment? Host { get; set; }

    /// <summary>Gets the schema that <see cref="Transform"/> makes of another.</summary>
    /// <param name="inputSchema">A schema with the columns that are read.</param>
    /// <returns>Its columns and the added ones.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type or size.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Map(inputSchema).OutputSchema;

    /// <summary>Makes a view with the added columns. Nothing is computed before a cursor's getter asks for it.</summary>
    /// <param name="input">A view with the columns that are read.</param>
    /// <returns>The view.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type or size.</exception>
    /// <exception cref="DllNotFoundException">The transformer computes by a native library that is not there.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _component.EnsureLibraries();
        var mapping = Map(input.Schema);
        var reads = _component.IsCostly && Host is { } environment && WarnsOfRepeatedReads && !StreamedRows.IsSourceOf(input)
            ? new RepeatedReads(environment, GetType().Name, mapping.AddedNames)
            : null;
        return new BatchView(this, input, mapping, new StepLog(Host, _component.Step), reads);
    }

    /// <summary>Makes the mapper of single rows that a prediction engine uses.</summary>
    /// <param name="inputSchema">A schema with the columns that are read.</param>
    /// <returns>The mapper.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type or size.</exception>
    /// <exception cref="InvalidOperationException">One row becomes several.</exception>
    /// <exception cref="DllNotFoundException">The transformer computes by a native library that is not there.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        if (!IsRowToRowMapper)
            throw new InvalidOperationException(
                $"{GetType().Name} makes several rows of one; for a single row take the model without it:"
                + " GetModelFor(TransformerScope.Scoring).");
        _component.EnsureLibraries();
        return new RowMapper(Map(inputSchema), new StepLog(Host, _component.Step));
    }

    /// <inheritdoc/>
    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        Save(ctx);
    }

    private protected virtual void Save(ModelSaveContext context) => _component.Save(context);

    /// <summary>The mapping of a schema, made once for all that ask with it.</summary>
    private BatchMapping Map(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return _mappings.GetValue(inputSchema, _component.Bind);
    }
}
