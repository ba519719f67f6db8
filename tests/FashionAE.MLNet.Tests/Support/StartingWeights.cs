using FashionAE.Torch;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>Records the weights and statistics at the start of a training.</summary>
internal sealed class StartingWeights : TrainingCallback
{
    public Dictionary<string, byte[]> State { get; private set; } = [];

    public static Dictionary<string, byte[]> Of(Autoencoder model) => model.state_dict().ToDictionary(s => s.Key, s => s.Value.cpu().bytes.ToArray());

    public override void OnTrainingBegin(TrainingState state) => State = Of(state.Model);
}
