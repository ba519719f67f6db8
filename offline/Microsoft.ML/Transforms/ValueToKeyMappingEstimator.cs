using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Numbers the different values of a column from 1. Empty text and what is no number are 0, missing.</summary>
public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    private readonly string _output;
    private readonly string _input;
    private readonly int _maximumNumberOfKeys;
    private readonly KeyOrdinality _keyOrdinality;

    internal ValueToKeyMappingEstimator(string output, string input, int maximumNumberOfKeys, KeyOrdinality keyOrdinality)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentException.ThrowIfNullOrEmpty(input);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumNumberOfKeys);
        (_output, _input, _maximumNumberOfKeys, _keyOrdinality) = (output, input, maximumNumberOfKeys, keyOrdinality);
    }

    public enum KeyOrdinality : byte
    {
        ByOccurrence = 0,
        ByValue = 1,
    }

    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var column = input.Schema.GetColumnOrNull(_input) ?? throw Contracts.ColumnMissing("input", _input);
        using var cursor = input.GetRowCursor([column]);
        var map = KeyMap.Fit(cursor, column, _maximumNumberOfKeys, _keyOrdinality == KeyOrdinality.ByValue);
        return new ValueToKeyMappingTransformer([(_output, _input)], [map]);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var column = inputSchema.FindInput(_input);
        if (column.IsKey || column.ItemType is not PrimitiveDataViewType)
            throw KeyMap.Mismatch(_input, column.Describe());
        var annotations = column.Annotation(AnnotationUtils.Kinds.SlotNames)
            .Append(SchemaShapeExtensions.VectorAnnotation(AnnotationUtils.Kinds.KeyValues, column.ItemType));
        return inputSchema.With([new SchemaShape.Column(_output, column.Kind, NumberDataViewType.UInt32, true, new SchemaShape(annotations))]);
    }
}
