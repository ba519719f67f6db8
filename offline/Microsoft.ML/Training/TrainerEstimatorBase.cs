using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

/// <summary>A trainer of one column of features, which may have a label and a weight.</summary>
public abstract class TrainerEstimatorBase<TTransformer, TModel> : ITrainerEstimator<TTransformer, TModel>
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    public readonly SchemaShape.Column FeatureColumn;
    public readonly SchemaShape.Column LabelColumn;
    public readonly SchemaShape.Column WeightColumn;

    private protected TrainerEstimatorBase(string feature, string weight, string label = null)
    {
        FeatureColumn = new SchemaShape.Column(feature, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false);
        if (weight is not null)
            WeightColumn = new SchemaShape.Column(weight, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, false);
        if (label is not null)
            LabelColumn = new SchemaShape.Column(label, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true);
    }

    public abstract TrainerInfo Info { get; }

    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckInput(SchemaShape.Create(input.Schema));
        return Train(input);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        CheckInput(inputSchema);
        return inputSchema.With(GetOutputColumns(inputSchema));
    }

    private protected abstract SchemaShape.Column[] GetOutputColumns(SchemaShape inputSchema);

    private protected abstract TTransformer Train(IDataView input);

    private static void Check(SchemaShape inputSchema, string role, SchemaShape.Column expected, string parameter)
    {
        if (expected.Name is null)
            return;
        if (!inputSchema.TryFindColumn(expected.Name, out var column))
            throw Contracts.ColumnMissing(role, expected.Name);
        if (column.Kind != expected.Kind || column.IsKey != expected.IsKey || !column.ItemType.Equals(expected.ItemType))
            throw Contracts.SchemaMismatch(role, expected.Name, expected.Describe(), column.Describe(), parameter);
    }

    private void CheckInput(SchemaShape inputSchema)
    {
        Check(inputSchema, "feature", FeatureColumn, nameof(inputSchema));
        Check(inputSchema, "weight", WeightColumn, nameof(inputSchema));
        Check(inputSchema, "label", LabelColumn, "labelCol");
    }
}
