using FashionAE.Torch;

namespace FashionAE.Studies.Runs;

/// <summary>A finished run, read from its folder. It owns its model.</summary>
/// <param name="Name">The name of the folder.</param>
/// <param name="Options">What it was trained with.</param>
/// <param name="Model">The model.</param>
/// <param name="History">The course of the training.</param>
/// <param name="Metrics">How the model does on the test images.</param>
/// <param name="Environment">What it was trained on; null where an older version has not recorded it.</param>
public sealed record TrainedRun(
    string Name, RunOptions Options, Autoencoder Model, TrainingHistory History, RunMetrics Metrics, RunEnvironment? Environment) : IDisposable
{
    /// <summary>Frees the model.</summary>
    public void Dispose() => Model.Dispose();
}
