using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Support;

/// <summary>The classifier in torchsummary's README, used as an encoder. Its decoder does not matter.</summary>
public sealed class ClassifierAutoencoder : Autoencoder
{
    private readonly Conv2d _conv1 = nn.Conv2d(1, 10, 5);
    private readonly Conv2d _conv2 = nn.Conv2d(10, 20, 5);
    private readonly Dropout2d _dropout = nn.Dropout2d();
    private readonly Linear _fc1 = nn.Linear(320, 50);
    private readonly Linear _fc2 = nn.Linear(50, 10);

    public ClassifierAutoencoder(ClassifierArchitecture architecture)
        : base(nameof(ClassifierAutoencoder), architecture)
    {
        register_module("conv1", _conv1);
        register_module("conv2", _conv2);
        register_module("conv2_drop", _dropout);
        register_module("fc1", _fc1);
        register_module("fc2", _fc2);
    }

    public override Tensor Encode(Tensor images)
    {
        var first = nn.functional.max_pool2d(_conv1.call(images), 2).relu();
        var second = nn.functional.max_pool2d(_dropout.call(_conv2.call(first)), 2).relu();
        return _fc2.call(_fc1.call(second.flatten(1)).relu());
    }

    public override Tensor Decode(Tensor latent) => zeros(ImageShape.Batch(latent.shape[0]));
}
