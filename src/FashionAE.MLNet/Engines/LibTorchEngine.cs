using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>Computes by libtorch. Threads take turns, but for single rows.</summary>
/// <param name="network">The network, on any device; it is somebody else's to dispose.</param>
internal sealed class LibTorchEngine(Autoencoder network) : INetworkEngine
{
    public void Encode(float[] images, float[] latent, int count) =>
        Run(images, network.InputShape.Batch(count), network.Encode, latent);

    public void Decode(float[] latent, float[] images, int count) =>
        Run(latent, [count, network.LatentSize], network.Decode, images);

    private void Run(float[] values, long[] shape, Func<Tensor, Tensor> pass, float[] results) => TorchPass.Run((int)shape[0], () =>
    {
        // A network of one's own may change its input in place, which is what its reconstruction is compared with.
        var input = network.IsBuiltIn ? ImageBuffer.AsTensor(values, shape) : ImageBuffer.ToTensor(values, shape);
        ImageBuffer.CopyTo(pass(input.to(network.Device)), results);
    });
}
