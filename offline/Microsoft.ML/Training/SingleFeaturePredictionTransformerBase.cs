using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Data;

/// <summary>A transformer that adds what a model predicts of one column of features.</summary>
public abstract class SingleFeaturePredictionTransformerBase<TModel> : PredictionTransformerBase<TModel>, ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private protected SingleFeaturePredictionTransformerBase(TModel model, DataViewSchema trainSchema, string featureColumn)
        : base(model, trainSchema) => (FeatureColumnName, FeatureColumnType) = (featureColumn, trainSchema[featureColumn].Type);

    private protected SingleFeaturePredictionTransformerBase(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, ctx)
    {
        FeatureColumnName = ctx.LoadNonEmptyString();
        FeatureColumnType = TrainSchema.GetColumnOrNull(FeatureColumnName)?.Type ?? throw new FormatException("Corrupt model file");
    }

    public string FeatureColumnName { get; }

    public DataViewType FeatureColumnType { get; }

    private protected abstract string ScoreColumnKind { get; }

    private protected abstract int FeatureCount { get; }

    public sealed override DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var type = (inputSchema.GetColumnOrNull(FeatureColumnName) ?? throw Contracts.ColumnMissing("feature", FeatureColumnName)).Type;
        if (!type.Equals(FeatureColumnType))
            throw Contracts.SchemaMismatch("feature", FeatureColumnName, FeatureColumnType.ToString(), type.ToString());
        return MakeMapper(inputSchema).OutputSchema;
    }

    private protected sealed override IEnumerable<MappedColumn> MakeColumns(DataViewSchema inputSchema)
    {
        var features = inputSchema.GetColumnOrNull(FeatureColumnName)
            ?? throw Contracts.Invalid("schema", $"{FeatureColumnName} column 'Feature' not found");
        var expected = new VectorDataViewType(NumberDataViewType.Single, FeatureCount);
        if (features.Type is not VectorDataViewType type || !type.ItemType.Equals(expected.ItemType) || type.Size != expected.Size)
            throw new InvalidOperationException($"Incompatible features column type: '{features.Type}' vs '{expected}'");
        return MakeColumns(features, ScoreAnnotations.After(inputSchema, ScoreColumnKind));
    }

    private protected abstract IEnumerable<MappedColumn> MakeColumns(DataViewSchema.Column features, ScoreAnnotations annotations);

    private protected override void SaveCore(ModelSaveContext ctx) => ctx.SaveNonEmptyString(FeatureColumnName);

    /// <summary>A column that is computed from the score of the row.</summary>
    private protected static MappedColumn OfScore<TScore, TValue>(
        string name, DataViewType type, DataViewSchema.Annotations annotations, DataViewSchema.Column features,
        ModelParametersBase<TScore> model, Func<TScore, TValue> convert) => new(name, type, annotations, [features], row =>
        {
            var (score, get) = (default(TScore), MakeScorer(row, features, model));
            return (ValueGetter<TValue>)((ref TValue value) =>
            {
                get(ref score);
                value = convert(score);
            });
        });

    private protected static ValueGetter<TScore> MakeScorer<TScore>(DataViewRow row, DataViewSchema.Column features, ModelParametersBase<TScore> model)
    {
        var (get, buffer, values) = (row.GetGetter<VBuffer<float>>(features), default(VBuffer<float>), new float[model.FeatureCount]);
        return (ref TScore score) =>
        {
            get(ref buffer);
            if (buffer.Length != values.Length)
                throw new InvalidOperationException($"Column '{features.Name}': expected {values.Length} slots, but got {buffer.Length}");
            buffer.CopyTo(values);
            model.Map(values, ref score);
        };
    }
}
