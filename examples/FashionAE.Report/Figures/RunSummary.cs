using FashionAE.Torch;

namespace FashionAE.Report.Figures;

/// <summary>How a model came to be.</summary>
/// <param name="Name">The name of the run, such as "rotation-upright".</param>
/// <param name="History">The course of the training.</param>
/// <param name="Layers">The layers of the model.</param>
/// <param name="Options">What it was trained with, by name.</param>
/// <param name="Environment">What it was trained on, by name; empty where that was not recorded.</param>
public sealed record RunSummary(
    string Name, TrainingHistory History, IReadOnlyList<LayerSummary> Layers, IReadOnlyList<KeyValuePair<string, string>> Options,
    IReadOnlyList<KeyValuePair<string, string>> Environment)
{
    /// <summary>Gets how long the training took.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds(History.Epochs.Sum(e => e.Seconds));
}
