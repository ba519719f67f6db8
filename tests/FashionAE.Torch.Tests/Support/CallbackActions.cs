namespace FashionAE.Torch.Tests.Support;

/// <summary>A callback that calls functions.</summary>
internal sealed class CallbackActions : TrainingCallback
{
    public Action<TrainingState>? Begin { get; init; }

    public Action<TrainingState>? Step { get; init; }

    public Action<TrainingState>? Epoch { get; init; }

    public Action<TrainingState, TrainingHistory>? End { get; init; }

    public override void OnTrainingBegin(TrainingState state) => Begin?.Invoke(state);

    public override void OnStepEnd(TrainingState state) => Step?.Invoke(state);

    public override void OnEpochEnd(TrainingState state) => Epoch?.Invoke(state);

    public override void OnTrainingEnd(TrainingState state, TrainingHistory history) => End?.Invoke(state, history);
}
