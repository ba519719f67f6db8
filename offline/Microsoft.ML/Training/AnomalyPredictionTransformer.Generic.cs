using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Data;

public sealed class AnomalyPredictionTransformer<TModel> : SingleFeaturePredictionTransformerBase<TModel>
    where TModel : class
{
    internal readonly float Threshold;

    internal AnomalyPredictionTransformer(TModel model, DataViewSchema trainSchema, string featureColumn, float threshold = 0.5f)
        : base(model, trainSchema, featureColumn) => Threshold = threshold;

    internal AnomalyPredictionTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, ctx) => Threshold = ctx.Reader.ReadSingle();

    // The package scores anomalies as it scores two classes, and says so.
    private protected override string ScoreColumnKind => "BinaryClassification";

    private protected override int FeatureCount => Parameters.FeatureCount;

    private PcaModelParameters Parameters => (PcaModelParameters)(object)Model;

    private protected override IEnumerable<MappedColumn> MakeColumns(DataViewSchema.Column features, ScoreAnnotations annotations)
    {
        yield return OfScore(
            PredictionColumnNames.PredictedLabel, BooleanDataViewType.Instance, annotations.OfPredictedLabel(), features, Parameters,
            score => score > Threshold);
        yield return new MappedColumn(
            PredictionColumnNames.Score, NumberDataViewType.Single, annotations.OfScore(), [features], row => MakeScorer(row, features, Parameters));
    }

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(AnomalyPredictionTransformer.Version);
        base.SaveCore(ctx);
        ctx.Writer.Write(Threshold);
    }
}
