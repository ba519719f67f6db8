using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
{
    private readonly string _output;
    private readonly string[] _inputs;

    internal ColumnConcatenatingEstimator(string output, string[] inputs)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Length == 0 || inputs.Any(string.IsNullOrEmpty))
            throw new ArgumentOutOfRangeException(nameof(inputs), "There must be a column to concatenate, and all must have names.");
        (_output, _inputs) = (output, inputs.ToArray());
    }

    public ColumnConcatenatingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new ColumnConcatenatingTransformer(_output, _inputs);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var columns = Array.ConvertAll(_inputs, inputSchema.FindInput);
        foreach (var column in columns)
        {
            if (column.IsKey)
                throw ColumnConcatenatingTransformer.IsKey(column.Name);
            if (!column.ItemType.Equals(columns[0].ItemType))
                throw Contracts.SchemaMismatch("input", column.Name, columns[0].ItemType.ToString(), column.Describe());
        }
        return inputSchema.With([MakeColumn(columns)]);
    }

    private SchemaShape.Column MakeColumn(SchemaShape.Column[] columns)
    {
        var itemType = columns[0].ItemType;
        if (columns is [{ Kind: not SchemaShape.Column.VectorKind.Scalar } only])
            return new SchemaShape.Column(_output, only.Kind, itemType, false, only.Annotations);

        var isVariable = columns.Any(column => column.Kind == SchemaShape.Column.VectorKind.VariableVector);
        var annotations = new List<SchemaShape.Column>();
        if (itemType is NumberDataViewType && columns.All(column => column.Annotation(AnnotationUtils.Kinds.IsNormalized).Any()))
            annotations.Add(SchemaShapeExtensions.BooleanAnnotation(AnnotationUtils.Kinds.IsNormalized));
        if (!isVariable && columns.Any(HasNames))
            annotations.Add(SchemaShapeExtensions.VectorAnnotation(AnnotationUtils.Kinds.SlotNames, TextDataViewType.Instance));
        return new SchemaShape.Column(
            _output, isVariable ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Vector, itemType, false,
            new SchemaShape(annotations));
    }

    private static bool HasNames(SchemaShape.Column column) =>
        column.Kind == SchemaShape.Column.VectorKind.Scalar || column.Annotation(AnnotationUtils.Kinds.SlotNames).Any();
}
