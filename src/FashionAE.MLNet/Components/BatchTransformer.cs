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
public abstract class BatchTransformer : ITransformer, IHosted
{
    // Before the first row, in whose cursor an error would come late and wrapped.
    private protected BatchTransformer() => NativeTorch.EnsureLoaded();

    /// <summary>Gets a value indicating whether one row becomes one row, so that the transformer works in a prediction engine.</summary>
    public virtual bool IsRowToRowMapper => true;

    /// <inheritdoc/>
    IHostEnvironment? IHosted.Host
    {
        get => Host;
        set => Host = value;
    }

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
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new BatchView(this, input, Map(input.Schema), CountReads());
    }

    /// <summary>Makes the mapper of single rows that a prediction engine uses.</summary>
    /// <param name="inputSchema">A schema with the columns that are read.</param>
    /// <returns>The mapper.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type or size.</exception>
    /// <exception cref="InvalidOperationException">One row becomes several.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => IsRowToRowMapper
        ? new RowMapper(Map(inputSchema))
        : throw new InvalidOperationException($"{GetType().Name} makes several rows of one; for a single row take the model without it: GetModelFor(TransformerScope.Scoring).");

    /// <inheritdoc/>
    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        Save(ctx);
    }

    /// <summary>Makes the counter of a view's reads; null where another read costs little.</summary>
    private protected virtual RepeatedReads? CountReads() => null;

    internal abstract BatchMapping Map(DataViewSchema inputSchema);

    private protected abstract void Save(ModelSaveContext context);
}
