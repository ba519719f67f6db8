using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

[assembly: Microsoft.ML.LoadableClass(
    typeof(MaximumEntropyModelParameters), null, typeof(Microsoft.ML.SignatureLoadModel), "", MaximumEntropyModelParameters.LoaderSignature)]

namespace Microsoft.ML.Trainers;

/// <summary>The probabilities of the classes are the softmax of their linear scores.</summary>
public sealed class MaximumEntropyModelParameters : LinearMulticlassModelParametersBase
{
    internal const string LoaderSignature = "MultiClassLRExec";

    private static readonly VersionInfo Version = VersionInfoOf.Stable("MULTI LR", LoaderSignature);

    internal MaximumEntropyModelParameters(float[] biases, float[][] weights)
        : base(biases, weights)
    {
    }

    private MaximumEntropyModelParameters(ModelLoadContext ctx)
        : base(ctx)
    {
    }

    internal static MaximumEntropyModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new MaximumEntropyModelParameters(ctx);
    }

    private protected override void Calibrate(Span<float> scores)
    {
        var greatest = float.NegativeInfinity;
        foreach (var score in scores)
            greatest = Math.Max(greatest, score);
        var sum = 0.0;
        foreach (ref var score in scores)
        {
            score = MathF.Exp(score - greatest);
            sum += score;
        }
        foreach (ref var score in scores)
            score = (float)(score / sum);
    }

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        base.SaveCore(ctx);
    }
}
