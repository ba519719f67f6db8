using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Runs trained autoencoders on many images, batch by batch, without gradients.</summary>
public static class AutoencoderInference
{
    /// <summary>Encodes all images of a set.</summary>
    /// <param name="model">The model. It is set to evaluation mode.</param>
    /// <param name="images">The N images, at least one.</param>
    /// <returns>The latent vectors, float32 [N, LatentSize], on the CPU.</returns>
    /// <exception cref="ArgumentException">There are no images.</exception>
    public static Tensor EncodeAll(this Autoencoder model, ImageSet images) =>
        ForEachBatch(model, images, null, null, (_, batch) => model.Encode(batch));

    /// <summary>Reconstructs all images of a set.</summary>
    /// <inheritdoc cref="EncodeAll" path="/*[self::param or self::exception]"/>
    /// <param name="input">The change to apply to each image before the model, such as noise; null for none.</param>
    /// <param name="seed">
    /// The seed of <paramref name="input"/>; null for a random seed. The same seed changes the images in the same way on every device.
    /// </param>
    /// <returns>The reconstructions, float32 [N, C, H, W] in [0, 1], on the CPU.</returns>
    public static Tensor ReconstructAll(this Autoencoder model, ImageSet images, IAugmentation? input = null, int? seed = null) =>
        ForEachBatch(model, images, input, seed, (_, batch) => model.call(batch));

    /// <summary>Runs any module on all rows of a tensor, batch by batch, on the module's device.</summary>
    /// <param name="module">The module, such as an autoencoder or a classifier. It is set to evaluation mode.</param>
    /// <param name="input">The N rows, [N, ...], in the shape that the module expects, at least one, on any device.</param>
    /// <param name="batchSize">The number of rows in a batch, 1 or more.</param>
    /// <returns>The output of the module, one row for each input row, on the CPU, without gradients.</returns>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is less than 1.</exception>
    public static Tensor PredictAll(this nn.Module<Tensor, Tensor> module, Tensor input, int batchSize = TorchPass.UsualBatchSize)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (input.ndim == 0 || input.shape[0] == 0)
            throw new ArgumentException("There are no rows.", nameof(input));
        var device = module.parameters().FirstOrDefault()?.device ?? input.device;
        return InBatches(module, (int)input.shape[0], batchSize, (start, count) => module.call(input.narrow(0, start, count).to(device)));
    }

    /// <summary>Reconstructs all images of a set, and compares the results with the originals.</summary>
    /// <param name="model">The model. It is set to evaluation mode.</param>
    /// <param name="images">The originals, at least one, of at least 11x11 pixels.</param>
    /// <param name="input">
    /// The change to apply to each image before the model, such as noise; null for none. Results are compared with the unchanged images.
    /// </param>
    /// <param name="seed">The seed of <paramref name="input"/>; null for a random seed.</param>
    /// <returns>The metrics of all images and of each class.</returns>
    /// <exception cref="ArgumentException">There are no images, or they are too small for structural similarity.</exception>
    public static ReconstructionMetrics Evaluate(this Autoencoder model, ImageSet images, IAugmentation? input = null, int? seed = null)
    {
        using var scope = NewDisposeScope();
        ImageScore[] kinds = [ImageScore.MeanSquaredError, ImageScore.PeakSignalToNoiseRatio, ImageScore.StructuralSimilarity];
        var scores = ForEachBatch(model, images, input, seed, (originals, seen) =>
        {
            var decoded = model.call(seen);
            return stack(kinds.Select(kind => ImageQuality.Compute(kind, originals, decoded)), 1);
        }).data<double>().ToArray();

        var labels = images.Labels.data<long>().ToArray();
        var sum = new ReconstructionMetrics.Accumulator();
        for (var row = 0; row < labels.Length; row++)
            sum.Add((scores[3 * row], scores[3 * row + 1], scores[3 * row + 2]), ((uint)labels[row], images.ClassNames[(int)labels[row]]));
        return sum.ToMetrics();
    }

    /// <summary>Calls a function with the originals and the model's inputs of each batch, and joins the results on the CPU.</summary>
    private static Tensor ForEachBatch(
        Autoencoder model, ImageSet images, IAugmentation? input, int? seed, Func<Tensor, Tensor, Tensor> compute)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0)
            throw new ArgumentException("There are no images.", nameof(images));
        using var generator = new Generator((ulong)(seed ?? Random.Shared.Next()));
        return InBatches(model, images.Count, TorchPass.UsualBatchSize, (start, count) =>
        {
            var originals = images.Batch(start, count);
            var seen = input is null ? originals : input.Apply(originals, generator);
            return compute(originals.to(model.Device), seen.to(model.Device));
        });
    }

    /// <summary>Calls a function with the first row and the number of rows of each batch, and joins the results on the CPU.</summary>
    private static Tensor InBatches(nn.Module module, int rows, int batchSize, Func<int, int, Tensor> compute)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        module.eval();
        var results = new List<Tensor>();
        for (var start = 0; start < rows; start += batchSize)
        {
            using var inner = NewDisposeScope();
            results.Add(compute(start, Math.Min(batchSize, rows - start)).cpu().MoveToOuterDisposeScope());
        }
        return cat(results).MoveToOuterDisposeScope();
    }
}
