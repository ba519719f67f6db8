using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class CustomMappingTransformer<TSrc, TDst> : ITransformer
    where TSrc : class, new()
    where TDst : class, new()
{
    private readonly Action<TSrc, TDst> _mapAction;
    private readonly string _contractName;
    private readonly RowReader<TDst> _reader;

    internal CustomMappingTransformer(
        Action<TSrc, TDst> mapAction, string contractName, SchemaDefinition inputDefinition, SchemaDefinition outputDefinition)
    {
        (_mapAction, _contractName, InputDefinition) = (mapAction, contractName, inputDefinition);
        _reader = new RowReader<TDst>(outputDefinition ?? SchemaDefinition.Create(typeof(TDst), SchemaDefinition.Direction.Write));
    }

    bool ITransformer.IsRowToRowMapper => true;

    internal SchemaDefinition InputDefinition { get; }

    /// <summary>The columns that the mapping adds.</summary>
    internal DataViewSchema Added => _reader.Schema;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => MakeMapper(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MapperDataView(input, MakeMapper(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => MakeMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw (_contractName is null
        ? new InvalidOperationException("A custom mapping without a contract name cannot be saved.")
        : new NotSupportedException("Only the package saves custom mappings."));

    private CustomMapper<TSrc, TDst> MakeMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new CustomMapper<TSrc, TDst>(_mapAction, inputSchema, new RowWriter<TSrc>(inputSchema, false, InputDefinition), _reader);
    }
}
