using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

[assembly: Microsoft.ML.LoadableClass(
    typeof(Microsoft.ML.ISingleFeaturePredictionTransformer<object>), typeof(AnomalyPredictionTransformer), null,
    typeof(Microsoft.ML.SignatureLoadModel), "", AnomalyPredictionTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

internal static class AnomalyPredictionTransformer
{
    public const string LoaderSignature = "AnomalyPredXfer";

    public static readonly VersionInfo Version = VersionInfoOf.Stable("ANOMPRED", LoaderSignature);

    public static ISingleFeaturePredictionTransformer<object> Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new AnomalyPredictionTransformer<PcaModelParameters>(env, ctx);
    }
}
