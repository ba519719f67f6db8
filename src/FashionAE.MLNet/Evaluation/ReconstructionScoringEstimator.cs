using FashionAE.MLNet.Autoencoding;
using FashionAE.MLNet.DataViews;
using FashionAE.MLNet.Persistence;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Evaluation;

/// <summary>Scores reconstructions against the images that they should be.</summary>
public sealed class ReconstructionScoringEstimator : ImageEstimator<ReconstructionScoringTransformer>
{
    internal ReconstructionScoringEstimator(ScoringSettings settings)
        : base(
            () => new ReconstructionScoringTransformer(settings),
            [(settings.Target, "target"), (settings.Reconstruction, "reconstruction")], NumberDataViewType.Single,
            settings.Shape is null ? ImageColumn.ShapeRemedy : null,
            _ => settings.Outputs.Select(o => MLNetInternals.Scalar(o.Name, NumberDataViewType.Single)))
    {
    }
}
