using FashionAE.Torch.Augmentation;
using FashionAE.Torch.Data;
using static TorchSharp.torch;

namespace FashionAE.Torch.Models;

/// <summary>Runs a trained autoencoder over many images, batch by batch, without keeping gradients.</summary>
public static class AutoencoderInference
{
    /// <summary>How many images go through the network at once.</summary>
    public const int BatchSize = 500;

    /// <summary>Encodes all images of a set.</summary>
    /// <param name="model">The model; it is put in evaluation mode.</param>
    /// <param name="images">N images.</param>
    /// <returns>The latent vectors, float32 [N, LatentSize], on the CPU.</returns>
    public static Tensor EncodeAll(this Autoencoder model, ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(model);
        return ForEachBatch(model, images, null, 0, (_, batch) => model.Encode(batch));
    }

    /// <summary>Reconstructs all images of a set.</summary>
    /// <param name="model">The model; it is put in evaluation mode.</param>
    /// <param name="images">N images.</param>
    /// <param name="input">What is done to an image before the model sees it; null for nothing.</param>
    /// <param name="seed">The seed of <paramref name="input"/>; the same one changes the images in the same way on every device.</param>
    /// <returns>The reconstructions, float32 [N, C, H, W] in [0, 1], on the CPU.</returns>
    public static Tensor ReconstructAll(this Autoencoder model, ImageSet images, IAugmentation? input = null, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        return ForEachBatch(model, images, input, seed, (_, batch) => model.call(batch));
    }

    /// <summary>Calls a function of (originals, what the model shall see) on every batch, and joins the results on the CPU.</summary>
    internal static Tensor ForEachBatch(Autoencoder model, ImageSet images, IAugmentation? input, long seed, Func<Tensor, Tensor, Tensor> compute)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0)
            throw new ArgumentException("There are no images.", nameof(images));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var generator = new Generator((ulong)seed);
        model.eval();
        var device = model.parameters().First().device;
        var results = new List<Tensor>();
        for (var start = 0; start < images.Count; start += BatchSize)
        {
            using var inner = NewDisposeScope();
            var originals = images.Batch(start, Math.Min(BatchSize, images.Count - start));
            var seen = input is null ? originals : input.Apply(originals, generator);
            results.Add(compute(originals.to(device), seen.to(device)).cpu().MoveToOuterDisposeScope());
        }
        return cat(results).MoveToOuterDisposeScope();
    }
}
