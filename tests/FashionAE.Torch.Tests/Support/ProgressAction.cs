using FashionAE.Torch.Training;

namespace FashionAE.Torch.Tests.Support;

/// <summary>Tells at once; <see cref="Progress{T}"/> would tell on another thread, some time.</summary>
internal sealed class ProgressAction(Action<TrainingProgress> action) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => action(value);
}
