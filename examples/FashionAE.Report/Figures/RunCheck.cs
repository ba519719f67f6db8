using FashionAE.Studies.Runs;

namespace FashionAE.Report.Figures;

/// <summary>Whether a run is one that a study's figures can be drawn from.</summary>
internal static class RunCheck
{
    private const int PlaneDimensions = 2;

    public static void Check(TrainedRun run, string study, string? inputs = null)
    {
        if (run.Options.Study != study || (inputs is not null && run.Options.Inputs != inputs))
            throw new ArgumentException(
                $"The run '{run.Name}' is of the study {Text(run.Options.Study, run.Options.Inputs)}, where one of {Text(study, inputs)} is needed.", nameof(run));
        if (run.Model.LatentSize != PlaneDimensions)
            throw new InvalidDataException(
                $"The run '{run.Name}' has codes of length {run.Model.LatentSize}, but the report draws codes on a plane: "
                + $"train a model of latent size {PlaneDimensions}.");
    }

    private static string Text(string study, string? inputs) => inputs is null ? study : $"{study} with {inputs} inputs";
}
