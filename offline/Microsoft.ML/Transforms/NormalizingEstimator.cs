using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class NormalizingEstimator : IEstimator<NormalizingTransformer>
{
    private readonly string _output;
    private readonly string _input;
    private readonly long _maximumExampleCount;
    private readonly bool _fixZero;
    private readonly bool _isMeanVariance;

    internal NormalizingEstimator(string output, string input, long maximumExampleCount, bool fixZero, bool isMeanVariance)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentException.ThrowIfNullOrEmpty(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumExampleCount, 2);
        (_output, _input, _maximumExampleCount, _fixZero, _isMeanVariance) = (output, input, maximumExampleCount, fixZero, isMeanVariance);
    }

    public NormalizingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var column = input.Schema.GetColumnOrNull(_input) ?? throw Contracts.ColumnMissing("input", _input, "data");
        var itemType = column.Type is VectorDataViewType { IsKnownSize: true } vector ? vector.ItemType : column.Type;
        AffineColumn fitted;
        if (itemType == NumberDataViewType.Single)
            fitted = Fit<float>(input, column);
        else if (itemType == NumberDataViewType.Double)
            fitted = Fit<double>(input, column);
        else
            throw WrongType(column.Type);
        return new NormalizingTransformer([(_output, _input)], [fitted]);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var column = inputSchema.FindInput(_input);
        if (column.Kind == SchemaShape.Column.VectorKind.VariableVector)
            throw Contracts.SchemaMismatch("input", _input, "fixed-size vector or scalar", column.Describe());
        if (column.IsKey || column.ItemType != NumberDataViewType.Single && column.ItemType != NumberDataViewType.Double)
            throw Contracts.SchemaMismatch("input", _input, "vector or scalar of Single or Double", column.Describe());
        var annotations = column.Annotation(AnnotationUtils.Kinds.SlotNames)
            .Prepend(SchemaShapeExtensions.BooleanAnnotation(AnnotationUtils.Kinds.IsNormalized));
        return inputSchema.With([new SchemaShape.Column(_output, column.Kind, column.ItemType, false, new SchemaShape(annotations))]);
    }

    private static ArgumentOutOfRangeException WrongType(DataViewType srcType) => new(
        nameof(srcType), $"Wrong column type for input column. Expected: Single, Double, Vector of Single or Vector of Double. Got: {srcType}.");

    private AffineColumn<T> Fit<T>(IDataView input, DataViewSchema.Column column)
        where T : struct, IFloatingPointIeee754<T>
    {
        var size = column.Type is VectorDataViewType vector ? vector.Size : 1;
        var statistics = new SlotStatistics<T>(size);
        using (var cursor = input.GetRowCursor([column]))
        {
            var read = MakeReader<T>(cursor, column);
            for (var rows = 0L; rows < _maximumExampleCount && cursor.MoveNext(); rows++)
                statistics.Add(read());
        }
        var (scales, offsets) = (new T[size], _fixZero ? null : new T[size]);
        for (var i = 0; i < size; i++)
        {
            var (scale, offset) = _isMeanVariance ? statistics.MeanVariance(i, _fixZero) : statistics.MinMax(i, _fixZero);
            scales[i] = scale;
            if (!_fixZero)
                offsets[i] = offset;
        }
        return new AffineColumn<T>(column.Type, scales, offsets);
    }

    private static Func<T[]> MakeReader<T>(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType vector)
        {
            var (getter, value) = (cursor.GetGetter<T>(column), new T[1]);
            return () =>
            {
                getter(ref value[0]);
                return value;
            };
        }
        var (getVector, buffer, values) = (cursor.GetGetter<VBuffer<T>>(column), default(VBuffer<T>), new T[vector.Size]);
        return () =>
        {
            getVector(ref buffer);
            if (buffer.Length != values.Length)
                throw new InvalidOperationException($"Column '{column.Name}': expected {values.Length} slots, but got {buffer.Length}");
            buffer.CopyTo(values);
            return values;
        };
    }
}
