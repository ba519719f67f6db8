using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>An augmentation that adds 1000 to the sum of an image.</summary>
public sealed record Marking : IAugmentation
{
    public Tensor Apply(Tensor images, Generator generator) => images + 1000.0 / Images.Size;
}
