using FashionAE.Studies;
using FashionAE.Studies.Runs;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Report.Figures;

/// <summary>Computes where a model fails on average.</summary>
public static class MeanErrorMapBuilder
{
    private const string AllClasses = "all";

    /// <summary>Decodes all test images under every condition of the study, as the evaluation of the run does.</summary>
    /// <param name="run">The run; its model is put in evaluation mode.</param>
    /// <param name="test">The test images of the study.</param>
    /// <param name="prefix">What the names of the conditions begin with.</param>
    /// <returns>For each condition a map of each class that has images, and one of all.</returns>
    public static IReadOnlyList<MeanErrorMap> Build(TrainedRun run, ImageSet test, string prefix = "")
    {
        using var scope = NewDisposeScope();
        var originals = test.Batch(0, test.Count);
        var classes = BalancedSample.Labels(test).Distinct().Order()
            .Select(label => (Name: test.ClassNames[label], Rows: test.Labels.eq(label).nonzero().flatten())).ToArray();
        return [.. Study.Named(run.Options.Study).Conditions(run.Options).SelectMany(condition =>
        {
            using var inner = NewDisposeScope();
            var errors = ImageQuality.SquaredError(originals, run.Model.ReconstructAll(test, condition.Input, RunEvaluator.Seed));
            MeanErrorMap Map(string name, Tensor images) =>
                new(prefix + condition.Name, name, PictureBytes.Values(images.mean([0]).to(ScalarType.Float32)));
            return classes.Select(c => Map(c.Name, errors.index_select(0, c.Rows))).Append(Map(AllClasses, errors)).ToArray();
        })];
    }
}
