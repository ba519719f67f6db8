namespace Microsoft.ML.Data;

/// <summary>A transformer that adds columns, each made of one row.</summary>
public abstract class RowToRowTransformerBase : ITransformer
{
    private protected RowToRowTransformerBase()
    {
    }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => MakeMapper(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedDataView(input, MakeMapper(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => MakeMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ctx.CheckAtModel();
        SaveModel(ctx);
    }

    /// <summary>The columns that are added to such an input.</summary>
    private protected abstract IEnumerable<MappedColumn> MakeColumns(DataViewSchema inputSchema);

    private protected abstract void SaveModel(ModelSaveContext ctx);

    private RowMapper MakeMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new RowMapper(inputSchema, inputSchema.Select(MappedColumn.OfInput).Concat(MakeColumns(inputSchema)));
    }
}
