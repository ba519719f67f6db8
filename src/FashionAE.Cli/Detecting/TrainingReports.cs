using Spectre.Console;

namespace FashionAE.Cli;

/// <summary>Reports the progress of a training in a pipeline.</summary>
internal sealed class TrainingReports(IProgress<TrainingProgress> progress) : TrainingCallback
{
    private const int StepsAReport = 5;

    public override void OnTrainingBegin(TrainingState state)
    {
        if (state.Records.Count > 0)
            AnsiConsole.WriteLine($"Continuing after epoch {state.Records.Count} of an interrupted training");
    }

    public override void OnStepEnd(TrainingState state)
    {
        if (state.Batch % StepsAReport == 0)
            progress.Report(new TrainingProgress(state.Epoch, state.Epochs, state.Batch, state.Batches, state.Loss, null));
    }

    public override void OnEpochEnd(TrainingState state) => progress.Report(
        new TrainingProgress(state.Epoch, state.Epochs, state.Batches, state.Batches, state.Record!.TrainLoss, state.Record));
}
