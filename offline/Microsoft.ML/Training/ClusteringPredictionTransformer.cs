using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

[assembly: Microsoft.ML.LoadableClass(
    typeof(Microsoft.ML.ISingleFeaturePredictionTransformer<object>), typeof(ClusteringPredictionTransformer), null,
    typeof(Microsoft.ML.SignatureLoadModel), "", ClusteringPredictionTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

internal static class ClusteringPredictionTransformer
{
    public const string LoaderSignature = "ClusteringPredXfer";

    public static readonly VersionInfo Version = VersionInfoOf.Stable("CLUSPRED", LoaderSignature);

    public static ISingleFeaturePredictionTransformer<object> Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new ClusteringPredictionTransformer<KMeansModelParameters>(env, ctx);
    }
}
