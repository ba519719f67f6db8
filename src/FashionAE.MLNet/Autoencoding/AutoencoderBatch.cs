using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>
/// Runs an autoencoder on a batch of rows. Each stage (latent, reconstruction, a score) is computed once a batch, when the first getter
/// asks for it, and needs those before it alone.
/// </summary>
internal sealed class AutoencoderBatch : ImageBatch
{
    private readonly AutoencoderStep _step;

    /// <summary>Scores compare with the targets; with the inputs where those are null.</summary>
    public AutoencoderBatch(AutoencoderStep step, ImageBuffer inputs, ImageBuffer? targets)
        : base(targets is null ? [inputs] : [inputs, targets])
    {
        _step = step;
        var (model, shape) = (step.Shared, inputs.Shape);
        // A network that changes its input in place must not change what its reconstruction is compared with.
        Func<int, Tensor> read = step.Columns.HasScores ? inputs.ToTensor : inputs.AsTensor;
        void Run(Func<Autoencoder, Tensor> pass, float[] values) =>
            TorchPass.Run(Count, () => ImageBuffer.CopyTo(model.Use(pass), values));
        Latent = new BatchValues(
            model.Model.LatentSize, values => Run(net => net.Encode(read(Count).to(net.Device)), values), row => !inputs.IsFinite(row));
        // Latent vectors go there and back: a batch keeps nothing native between two getters.
        Reconstruction = new BatchValues(
            shape.Size,
            values => Run(net => net.Decode(ImageBuffer.ToTensor(Latent.All(), Count, net.LatentSize).to(net.Device)), values),
            row => !inputs.IsFinite(row));
        Scores = new BatchScores(shape, () => ((targets ?? inputs).Values, Reconstruction.All()), IsMissing);
    }

    public BatchValues Latent { get; }

    public BatchValues Reconstruction { get; }

    public BatchScores Scores { get; }

    public float? Threshold => _step.Threshold;

    /// <summary>How many rows go through a network at once unless somebody says.</summary>
    public static int BestSize(AutoencoderArchitecture architecture) =>
        ImageBuffer.BatchSize(architecture.BestBatchSize, architecture.ImageShape.Size);

    /// <summary>Refuses batches that take more memory than a program will want to give.</summary>
    public static void CheckSize(int? scoringBatchSize, ImageShape shape)
    {
        if (scoringBatchSize * (long)shape.Size > ImageBuffer.Largest)
            throw new ArgumentOutOfRangeException(
                nameof(scoringBatchSize), scoringBatchSize,
                $"ScoringBatchSize is {scoringBatchSize}: batches of so many images of {shape} take more than a gibibyte; "
                + $"{ImageBuffer.Largest / shape.Size} is the most.");
    }

    public override void Begin(int count)
    {
        base.Begin(count);
        Latent.Begin(count);
        Reconstruction.Begin(count);
        Scores.Begin(count);
    }

    public override Delegate MakeGetter(int output, RowSlot slot) => _step.Columns.Outputs[output].Kind.MakeGetter(this, slot);
}
