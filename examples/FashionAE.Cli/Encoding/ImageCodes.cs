using System.Runtime.InteropServices;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Cli.Encoding;

/// <summary>What an autoencoder makes of a batch of images.</summary>
/// <param name="Latent">The latent vectors, one after another.</param>
/// <param name="Mse">The mean squared error of each reconstruction.</param>
/// <param name="Psnr">Its peak signal-to-noise ratio, in decibels.</param>
/// <param name="Ssim">Its structural similarity; not a number where images are smaller than the window of that metric.</param>
internal sealed record ImageCodes(float[] Latent, float[] Mse, float[] Psnr, float[] Ssim)
{
    /// <summary>Encodes and decodes the first images of an array.</summary>
    public static ImageCodes Of(Autoencoder network, float[] pixels, int count)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var shape = network.ImageShape;
        var images = empty(shape.Batch(count));
        MemoryMarshal.AsBytes(pixels.AsSpan(0, count * shape.Size)).CopyTo(images.bytes);
        var latent = network.Encode(images);
        var decoded = network.Decode(latent);
        var canCompareStructure = Math.Min(shape.Height, shape.Width) >= ImageQuality.SimilarityWindow;
        return new ImageCodes(
            Values(latent),
            Values(ImageQuality.MeanSquaredError(images, decoded)),
            Values(ImageQuality.PeakSignalToNoiseRatio(images, decoded)),
            Values(canCompareStructure ? ImageQuality.StructuralSimilarity(images, decoded) : full([count], float.NaN)));
    }

    private static float[] Values(Tensor tensor) => tensor.to(ScalarType.Float32).contiguous().data<float>().ToArray();
}
