using FashionAE.MLNet.Autoencoding;
using FashionAE.MLNet.DataViews;

namespace FashionAE.MLNet.Evaluation;

/// <summary>Scores reconstructions against the images that they should be.</summary>
public sealed class ReconstructionScoringEstimator : ImageEstimator<ReconstructionScoringTransformer>
{
    internal ReconstructionScoringEstimator(ScoringSettings settings)
        : base(
            () => new ReconstructionScoringTransformer(settings),
            [(settings.Target, "target"), (settings.Reconstruction, "reconstruction")],
            [.. settings.Outputs.Select(o => (o.Name, false))],
            settings.Shape is null ? ImageColumn.ShapeRemedy : null)
    {
    }
}
