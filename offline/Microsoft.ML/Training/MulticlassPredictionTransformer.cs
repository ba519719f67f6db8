using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

[assembly: Microsoft.ML.LoadableClass(
    typeof(Microsoft.ML.ISingleFeaturePredictionTransformer<object>), typeof(MulticlassPredictionTransformer), null,
    typeof(Microsoft.ML.SignatureLoadModel), "", MulticlassPredictionTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

internal static class MulticlassPredictionTransformer
{
    public const string LoaderSignature = "MulticlassPredXfer";

    public static readonly VersionInfo Version = VersionInfoOf.Stable("MCLSPRED", LoaderSignature);

    public static ISingleFeaturePredictionTransformer<object> Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new MulticlassPredictionTransformer<MaximumEntropyModelParameters>(env, ctx);
    }
}
