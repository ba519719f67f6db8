namespace FashionAE.MLNet;

/// <summary>
/// Runs an autoencoder on a batch of rows. Each stage (latent, reconstruction, a score) is computed once a batch, when the first getter
/// asks for it, and needs those before it alone.
/// </summary>
internal sealed class AutoencoderBatch : ImageBatch
{
    private readonly AutoencoderStep _step;
    private readonly ReconstructedImages _images;

    /// <summary>Scores compare with the targets; with the inputs where those are null.</summary>
    public AutoencoderBatch(AutoencoderStep step, INetworkEngine engine, ImageBuffer inputs, ImageBuffer? targets)
        : base(targets is null ? [inputs] : [inputs, targets])
    {
        _step = step;
        var (model, shape) = (step.Shared, inputs.Shape);
        // The engine is the model's, which stays alive meanwhile.
        void Run(Action<INetworkEngine> pass)
        {
            using var share = model.Share();
            pass(engine);
        }

        bool IsInputMissing(int row) => !inputs.IsFinite(row);
        Latent = new BatchValues(
            model.Model.LatentSize, latent => Run(e => e.Encode(inputs.Values, latent, Count)), IsInputMissing);
        // Latent vectors go there and back: a batch keeps nothing native between two getters.
        Reconstruction = new BatchValues(shape.Size, images => Run(e => e.Decode(Latent.All(), images, Count)), IsInputMissing);
        Scores = new BatchScores(shape, () => ((targets ?? inputs).Values, Reconstruction.All()), IsMissing);
        _images = new ReconstructedImages(
            shape, model.Model.LatentSize, () => (targets ?? inputs).Values, Latent.All, Reconstruction.All);
    }

    public BatchValues Latent { get; }

    public BatchValues Reconstruction { get; }

    public BatchScores Scores { get; }

    /// <summary>Gets what a detector computes.</summary>
    public DetectorBatch Detected => field ??= new DetectorBatch(_step.Detector!, _images, IsMissing);

    public float Threshold => _step.Threshold!.Value;

    /// <summary>How many rows go through a network at once unless somebody says.</summary>
    public static int BestSize(AutoencoderArchitecture architecture) =>
        ImageBuffer.BatchSize(architecture.BestBatchSize, architecture.InputShape.Size);

    /// <summary>Refuses batches that take more memory than a program will want to give.</summary>
    public static void CheckSize(int? scoringBatchSize, InputShape shape)
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
        _images.Begin(count);
        if (_step.Detector is not null)
            Detected.Begin(count);
    }

    public override Delegate MakeGetter(int output, RowSlot slot) => _step.Columns.Outputs[output].Kind.MakeGetter(this, slot);
}
