using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class CustomMappingEstimator<TSrc, TDst> : IEstimator<CustomMappingTransformer<TSrc, TDst>>
    where TSrc : class, new()
    where TDst : class, new()
{
    private readonly CustomMappingTransformer<TSrc, TDst> _transformer;

    internal CustomMappingEstimator(CustomMappingTransformer<TSrc, TDst> transformer) => _transformer = transformer;

    public CustomMappingTransformer<TSrc, TDst> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        // Learns nothing, but tells what is wrong with the columns.
        _transformer.GetOutputSchema(input.Schema);
        return _transformer;
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (var column in RowDefinition.Create(typeof(TSrc), _transformer.InputDefinition, SchemaDefinition.Direction.Both))
            Check(inputSchema, column);
        var columns = inputSchema.ToDictionary(c => c.Name);
        foreach (var column in SchemaShape.Create(_transformer.Added))
            columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    private static void Check(SchemaShape inputSchema, RowColumn column)
    {
        if (!inputSchema.TryFindColumn(column.Name, out var found))
            throw Contracts.ColumnMissing("input", column.Name);
        SchemaShape.GetColumnTypeShape(column.Type, out var kind, out var itemType, out var isKey);
        // What takes vectors of any size takes vectors of one size too.
        var kindFits = kind == found.Kind || kind == SchemaShape.Column.VectorKind.VariableVector && found.Kind == SchemaShape.Column.VectorKind.Vector;
        if (!kindFits || isKey != found.IsKey || !itemType.Equals(found.ItemType))
            throw Contracts.SchemaMismatch("input", column.Name, column.Type.ToString(), found.Describe());
    }
}
