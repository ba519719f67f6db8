namespace FashionAE.Torch;

/// <summary>
/// Stops a training when the loss has not improved for <c>patience</c> epochs. If <c>patience</c> is null, it never stops a training.
/// </summary>
internal sealed class EarlyStopping(int? patience) : TrainingCallback
{
    // The checkpoint of a resumed training may already meet the condition.
    public override void OnTrainingBegin(TrainingState state) => OnEpochEnd(state);

    public override void OnEpochEnd(TrainingState state)
    {
        if (state.Best is { } best && state.Epoch - best.Epoch >= patience)
            state.Stop($"no epoch was better than epoch {best.Epoch}");
    }
}

/// <summary>Saves the state of a training to a file after every epoch. If <c>path</c> is null, it saves nothing.</summary>
internal sealed class CheckpointWriting(string? path, TrainingRun run) : TrainingCallback
{
    public override void OnEpochEnd(TrainingState state)
    {
        if (path is not null && state.Rank == 0)
            run.SaveCheckpoint(path);
    }
}

/// <summary>Reports the progress of a training every few steps and after every epoch.</summary>
/// <param name="progress">The receiver of the reports; null for none.</param>
/// <param name="learningRate">The learning rate in the options.</param>
/// <param name="compare">
/// The function that compares the network with the mean image. It is called once: after the first epoch with enough steps to judge the
/// learning rate, or after the last epoch.
/// </param>
internal sealed class ProgressReporting(IProgress<TrainingProgress>? progress, double learningRate, Func<MeanImageComparison?> compare)
    : TrainingCallback
{
    private bool _isCompared;

    public override void OnStepEnd(TrainingState state)
    {
        if (state.LossOfAll is { } loss)
            progress?.Report(new TrainingProgress(state.Epoch, state.Epochs, state.Batch, state.Batches, loss, null));
    }

    public override void OnEpochEnd(TrainingState state)
    {
        var isLast = state.Epoch == state.Epochs || state.StopReason is not null;
        var isTime = !_isCompared && (isLast || state.Step >= MeanImageComparison.StepsToJudge(learningRate));
        _isCompared |= isTime;
        progress?.Report(new TrainingProgress(state.Epoch, state.Epochs, state.Batch, state.Batches, state.Loss, state.Record)
        {
            Warning = isTime ? compare()?.Warning(state.Epoch, learningRate) : null,
        });
    }
}
