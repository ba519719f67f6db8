namespace FashionAE.Torch;

/// <summary>Stops a training that has become no better for some epochs; null for never.</summary>
internal sealed class EarlyStopping(int? patience) : TrainingCallback
{
    // A training that is resumed may have stopped before.
    public override void OnTrainingBegin(TrainingState state) => OnEpochEnd(state);

    public override void OnEpochEnd(TrainingState state)
    {
        if (state.Best is { } best && state.Epoch - best.Epoch >= patience)
            state.Stop($"no epoch was better than epoch {best.Epoch}");
    }
}

/// <summary>Keeps the state of a training in a file; null for none.</summary>
internal sealed class CheckpointWriting(string? path, TrainingRun run) : TrainingCallback
{
    public override void OnEpochEnd(TrainingState state)
    {
        if (path is not null && state.Rank == 0)
            run.SaveCheckpoint(path);
    }
}

/// <summary>Reports the progress of a training every few steps and after every epoch.</summary>
/// <param name="compare">Compares the network with the mean image, once: when the learning rate can be judged.</param>
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
