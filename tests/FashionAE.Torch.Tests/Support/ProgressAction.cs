namespace FashionAE.Torch.Tests.Support;

/// <summary>Reports immediately. <see cref="Progress{T}"/> would report later, on another thread.</summary>
internal class ProgressAction<T>(Action<T> action) : IProgress<T>
{
    public void Report(T value) => action(value);
}

/// <summary>Reports the progress of a training.</summary>
internal sealed class ProgressAction(Action<TrainingProgress> action) : ProgressAction<TrainingProgress>(action);
