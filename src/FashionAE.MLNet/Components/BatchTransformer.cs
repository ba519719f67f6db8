using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>Base class for transformers that compute their columns for a batch of rows at a time.</summary>
/// <remarks>
/// The input's columns pass through. A cursor buffers their values for a batch of rows. It cannot buffer images, or other values that are
/// neither primitive nor vectors. If such a column is active, the cursor processes rows one at a time and passes the column through
/// unchanged; its ownership does not change.
/// </remarks>
public abstract class BatchTransformer : ITransformer
{
    private readonly Component _component;
    private readonly ConditionalWeakTable<DataViewSchema, BatchMapping> _mappings = [];

    private protected BatchTransformer(Component component) => _component = component;

    /// <summary>
    /// Gets a value indicating whether the transformer never outputs several rows for one input row. A prediction engine requires this.
    /// </summary>
    public bool IsRowToRowMapper => _component.RowsPerRow == 1;

    /// <summary>
    /// Gets or sets a value indicating whether the log warns when a view of this transformer is read for the third time, because each read
    /// computes its columns again. Only an <see cref="AutoencoderTransformer"/> warns. The default is true. If each read of the view has
    /// other rows, set this property to false before you create the view.
    /// </summary>
    public bool WarnsOfRepeatedReads { get; set; } = true;

    /// <summary>Gets the step's name in messages.</summary>
    private protected string Step => _component.Step;

    /// <summary>Gets or sets the environment for warnings; null for no log.</summary>
    internal IHostEnvironment? Host { get; set; }

    /// <summary>Gets the schema of the view that <see cref="Transform"/> returns for a given input schema.</summary>
    /// <param name="inputSchema">A schema with the columns that the transformer reads.</param>
    /// <returns>The columns of the input and the added columns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type or size.</exception>
    /// <exception cref="InvalidOperationException">
    /// The transformer needs the shape of the images, but it is unknown or not supported.
    /// </exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Map(inputSchema).OutputSchema;

    /// <summary>Creates a view with the added columns. Nothing is computed until a cursor of the view is used.</summary>
    /// <param name="input">A view with the columns that the transformer reads.</param>
    /// <returns>The view.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type or size.</exception>
    /// <exception cref="InvalidOperationException">
    /// The transformer needs the shape of the images, but it is unknown or not supported.
    /// </exception>
    /// <exception cref="DllNotFoundException">A native library that the transformer needs is missing.</exception>
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

    /// <summary>Creates the mapper of single rows for a prediction engine.</summary>
    /// <param name="inputSchema">A schema with the columns that the transformer reads.</param>
    /// <returns>The mapper.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type or size.</exception>
    /// <exception cref="InvalidOperationException">
    /// The transformer produces several rows per input row, or it needs the shape of the images, but the shape is unknown or not supported.
    /// </exception>
    /// <exception cref="DllNotFoundException">A native library that the transformer needs is missing.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        if (!IsRowToRowMapper)
            throw new InvalidOperationException(
                $"{GetType().Name} produces several rows per input row. To score a single row, use the model without it:"
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

    /// <summary>The mapping of a schema. It is created once and shared by all callers.</summary>
    private BatchMapping Map(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return _mappings.GetValue(inputSchema, _component.Bind);
    }
}
