using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Components;

public class ScoringStepsTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Steps_of_chains_within_chains_come_in_order_without_those_for_training()
    {
        var view = Images.View(_ml, 10);
        var inner = new EstimatorChain<ITransformer>()
            .Append(_ml.Transforms.RotateImages("Pixels", copies: 2), TransformerScope.Training)
            .Append(_ml.Transforms.AddGaussianNoise("Noisy", "Pixels"));
        // The type of the chain contains that of its last step: it is not a chain of ITransformer.
        using var chain = _ml.Transforms.CopyColumns("Same", "Pixels").Append(inner).Append(_ml.Transforms.CopyColumns("Again", "Same")).Fit(view);
        Assert.Equal(
            ["ColumnCopyingTransformer", "NoiseAddingTransformer", "ColumnCopyingTransformer"],
            chain.GetScoringSteps().Select(step => step.GetType().Name));
        var noise = chain.GetScoringSteps().OfType<NoiseAddingTransformer>().Single();
        Assert.Same(noise, Assert.Single(noise.GetScoringSteps()));
    }
}
