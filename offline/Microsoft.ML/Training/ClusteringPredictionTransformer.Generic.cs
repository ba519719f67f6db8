using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Data;

public sealed class ClusteringPredictionTransformer<TModel> : SingleFeaturePredictionTransformerBase<TModel>
    where TModel : class
{
    internal ClusteringPredictionTransformer(TModel model, DataViewSchema trainSchema, string featureColumn)
        : base(model, trainSchema, featureColumn)
    {
    }

    internal ClusteringPredictionTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, ctx)
    {
    }

    private protected override string ScoreColumnKind => "Clustering";

    private protected override int FeatureCount => Parameters.FeatureCount;

    private KMeansModelParameters Parameters => (KMeansModelParameters)(object)Model;

    private protected override IEnumerable<MappedColumn> MakeColumns(DataViewSchema.Column features, ScoreAnnotations annotations)
    {
        var keyType = new KeyDataViewType(typeof(uint), Parameters.NumberOfClusters);
        var scoreType = new VectorDataViewType(NumberDataViewType.Single, Parameters.NumberOfClusters);
        yield return OfScore(PredictionColumnNames.PredictedLabel, keyType, annotations.OfPredictedLabel(), features, Parameters, KeyOfLeast);
        yield return new MappedColumn(
            PredictionColumnNames.Score, scoreType, annotations.OfScore(), [features], row => MakeScorer(row, features, Parameters));
    }

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(ClusteringPredictionTransformer.Version);
        base.SaveCore(ctx);
    }

    /// <summary>The first of the least; the missing key where a distance is no number.</summary>
    private static uint KeyOfLeast(VBuffer<float> distances)
    {
        var values = distances.GetValues();
        var least = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (float.IsNaN(values[i]))
                return 0;
            if (values[i] < values[least])
                least = i;
        }
        return (uint)least + 1;
    }
}
