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
        return ForEachBatch(model, images, batch => model.Encode(batch));
    }

    /// <summary>Reconstructs all images of a set.</summary>
    /// <param name="model">The model; it is put in evaluation mode.</param>
    /// <param name="images">N images.</param>
    /// <returns>The reconstructions, float32 [N, C, H, W] in [0, 1], on the CPU.</returns>
    public static Tensor ReconstructAll(this Autoencoder model, ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(model);
        return ForEachBatch(model, images, batch => model.call(batch));
    }

    internal static Tensor ForEachBatch(Autoencoder model, ImageSet images, Func<Tensor, Tensor> compute)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        model.eval();
        var device = model.parameters().First().device;
        var results = new List<Tensor>();
        for (var start = 0; start < images.Count; start += BatchSize)
        {
            using var inner = NewDisposeScope();
            var batch = images.Batch(start, Math.Min(BatchSize, images.Count - start)).to(device);
            results.Add(compute(batch).cpu().MoveToOuterDisposeScope());
        }
        return cat([.. results]).MoveToOuterDisposeScope();
    }
}
