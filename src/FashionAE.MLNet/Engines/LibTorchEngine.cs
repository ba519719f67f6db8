using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>Computes with libtorch. One thread computes at a time, except for single rows.</summary>
/// <param name="network">The network, on any device. The engine does not dispose it.</param>
internal sealed class LibTorchEngine(Autoencoder network) : INetworkEngine
{
    public void Encode(float[] images, float[] latent, int count) =>
        Run(images, network.InputShape.Batch(count), network.Encode, latent);

    public void Decode(float[] latent, float[] images, int count) =>
        Run(latent, [count, network.LatentSize], network.Decode, images);

    private void Run(float[] values, long[] shape, Func<Tensor, Tensor> pass, float[] results) => TorchPass.Run((int)shape[0], () =>
    {
        // A custom network may change its input in place. It gets a copy, because its reconstruction is compared with the input.
        var input = network.IsBuiltIn ? ImageBuffer.AsTensor(values, shape) : ImageBuffer.ToTensor(values, shape);
        ImageBuffer.CopyTo(pass(input.to(network.Device)), results);
    });
}
