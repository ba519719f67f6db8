namespace FashionAE.Torch.Tests.Support;

/// <summary>Tells at once; <see cref="Progress{T}"/> would tell on another thread, some time.</summary>
internal class ProgressAction<T>(Action<T> action) : IProgress<T>
{
    public void Report(T value) => action(value);
}

/// <summary>Tells of a training.</summary>
internal sealed class ProgressAction(Action<TrainingProgress> action) : ProgressAction<TrainingProgress>(action);
