namespace FashionAE.MLNet;

/// <summary>
/// Runs an autoencoder on a batch of rows. Each stage (latent, reconstruction, a score) is computed once a batch, when the first getter
/// asks for it, and needs those before it alone.
/// </summary>
internal sealed class AutoencoderBatch : ImageBatch
{
    private readonly AutoencoderStep _step;
    private readonly InputShape _shape;
    private readonly ComparedValues _compared;
    private readonly ReconstructedImages _images;

    /// <summary>Scores compare with the targets; with the inputs where those are null.</summary>
    public AutoencoderBatch(AutoencoderStep step, INetworkEngine engine, ImageBuffer inputs, ImageBuffer? targets)
        : base(targets is null ? [inputs] : [inputs, targets])
    {
        _step = step;
        var (model, shape) = (step.Shared, inputs.Shape);
        _shape = shape;
        // The engine is the model's, which stays alive meanwhile.
        void Run(Action<INetworkEngine> pass)
        {
            using var share = model.Share();
            pass(engine);
        }

        bool IsInputMissing(int row) => !inputs.IsFinite(row);
        Latent = new BatchValues(
            model.Model.LatentSize, latent => Run(e => e.Encode(inputs.Values, latent, Count)), IsInputMissing)
        {
            Stage = ScoringTelemetry.Encode,
        };
        // Latent vectors go there and back: a batch keeps nothing native between two getters.
        Reconstruction = new BatchValues(shape.Size, images => Run(e => e.Decode(Latent.All(), images, Count)), IsInputMissing)
        {
            Stage = ScoringTelemetry.Decode,
        };
        _compared = new ComparedValues(shape.Size, model.Model.Space, () => (targets ?? inputs).Values, Reconstruction.All);
        Scores = new BatchScores(
            shape, () => (_compared.Targets(), _compared.Reconstructions()), IsMissing, _compared.Factors);
        _images = new ReconstructedImages(shape, model.Model.LatentSize, Latent.All, _compared);
    }

    public BatchValues Latent { get; }

    public BatchValues Reconstruction { get; }

    public BatchScores Scores { get; }

    /// <summary>Gets what a detector computes.</summary>
    public DetectorBatch Detected => field ??= new DetectorBatch(
        _step.Detector!, _images, IsMissing, scores => ScoringTelemetry.CountAnomalies(scores, _step.Threshold));

    /// <summary>Gets what each value adds to the score of a detector.</summary>
    public BatchValues Contributions => field ??= MakeContributions();

    public float Threshold => _step.Threshold!.Value;

    /// <summary>How many rows go through a network at once unless somebody says.</summary>
    public static int BestSize(AutoencoderArchitecture architecture) =>
        ImageBuffer.BatchSize(architecture.BestBatchSize, architecture.InputShape);

    /// <summary>Refuses batches that take more memory than a program will want to give.</summary>
    public static void CheckSize(int? scoringBatchSize, InputShape shape)
    {
        if (scoringBatchSize * (long)shape.Size > ImageBuffer.Largest)
            throw new ArgumentOutOfRangeException(
                nameof(scoringBatchSize), scoringBatchSize,
                $"ScoringBatchSize is {scoringBatchSize}: batches of so many {shape.Description} take more than a gibibyte; "
                + $"{ImageBuffer.Largest / shape.Size} is the most.");
    }

    public override void Begin(int count)
    {
        base.Begin(count);
        Latent.Begin(count);
        Reconstruction.Begin(count);
        _compared.Begin(count);
        Scores.Begin(count);
        _images.Begin(count);
        if (_step.Detector is not null)
        {
            Detected.Begin(count);
            Contributions.Begin(count);
        }
    }

    private BatchValues MakeContributions()
    {
        var size = _shape.Size;
        var weights = _step.Detector!.Score is WeightedErrorScore ? WeightedErrorScore.WeightsIn(_step.Detector.Learned) : null;
        return new BatchValues(size, values =>
        {
            var (targets, reconstructions, factors) = (_compared.Targets(), _compared.Reconstructions(), _compared.Factors());
            for (var i = 0; i < Count * size; i++)
            {
                var error = (double)targets[i] - reconstructions[i];
                var weight = weights is null ? 1 : weights[i % weights.Length];
                values[i] = (float)(error * error * weight * (factors?[i / size] ?? 1) / size);
            }
        }, IsMissing);
    }

    public override Delegate MakeGetter(int output, RowSlot slot) => _step.Columns.Outputs[output].Kind.MakeGetter(this, slot);
}
