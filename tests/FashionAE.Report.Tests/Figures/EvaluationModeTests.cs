using FashionAE.Report.Figures;
using FashionAE.Report.Tests.Figures.Support;
using FashionAE.Torch;

namespace FashionAE.Report.Tests.Figures;

[Collection(nameof(SharedFigures))]
public sealed class EvaluationModeTests(DenoisingFixture study)
{
    [Fact]
    public void A_model_that_was_left_in_training_mode_gives_the_same_figures()
    {
        using var images = study.Test.Select([0, 1, 2, 3]);
        using var inputs = images.Batch(0, images.Count);
        AssertSame(model => CodeCloudBuilder.Build(model, images));
        AssertSame(model => LatentGridBuilder.Build(model, study.Figures.Codes, 3));
        AssertSame(model => ReconstructionBuilder.Build(model, images, inputs));
        AssertSame(model => RotationPathBuilder.Build(model, images));
        AssertSame(_ => MeanErrorMapBuilder.Build(study.Run, images));
    }

    private void AssertSame<T>(Func<Autoencoder, T> build)
    {
        study.Run.Model.eval();
        var expected = build(study.Run.Model);
        study.Run.Model.train();
        Assert.Equivalent(expected, build(study.Run.Model), strict: true);
    }
}
