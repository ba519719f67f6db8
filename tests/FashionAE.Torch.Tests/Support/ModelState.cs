using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Support;

/// <summary>The weights and statistics of models.</summary>
internal static class ModelState
{
    /// <summary>Builds a model whose weights depend only on the seed.</summary>
    public static Autoencoder Build(AutoencoderArchitecture architecture, long seed = 1)
    {
        manual_seed(seed);
        return architecture.Build();
    }

    public static Dictionary<string, byte[]> Of(Autoencoder model) => model.state_dict().ToDictionary(s => s.Key, s => s.Value.Bits());

    /// <summary>Builds a model in which every value differs from its initial value, including running statistics.</summary>
    public static Autoencoder BuildUsed(AutoencoderArchitecture architecture)
    {
        var model = Build(architecture);
        using var generator = new Generator(7);
        using var _ = no_grad();
        foreach (var tensor in model.state_dict().Values)
            if (tensor.dtype == ScalarType.Float32)
                tensor.uniform_(0.1, 0.4, generator);
            else
                tensor.fill_(42);
        model.eval();
        return model;
    }

    public static bool IsFinite(Autoencoder model) => model.state_dict().Values.All(tensor => tensor.Doubles().All(double.IsFinite));
}
