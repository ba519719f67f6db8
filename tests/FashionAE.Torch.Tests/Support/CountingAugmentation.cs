using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Support;

/// <summary>Changes nothing, counts the images that it gets, and draws one number for each batch.</summary>
internal sealed record CountingAugmentation : IAugmentation
{
    public long Seen { get; private set; }

    public List<float> Draws { get; } = [];

    public Tensor Apply(Tensor images, Generator generator)
    {
        Seen += images.shape[0];
        using var draw = rand([1], generator: generator);
        Draws.Add(draw.item<float>());
        return images.clone();
    }
}
