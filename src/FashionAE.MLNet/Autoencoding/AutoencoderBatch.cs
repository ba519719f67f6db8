namespace FashionAE.MLNet;

/// <summary>
/// Runs an autoencoder on a batch of rows. Each stage (latent, reconstruction, a score) is computed once per batch, when a getter first
/// needs it. A stage computes only the earlier stages that it needs.
/// </summary>
internal sealed class AutoencoderBatch : ImageBatch
{
    private readonly AutoencoderStep _step;
    private readonly InputShape _shape;
    private readonly ComparedValues _compared;
    private readonly ReconstructedImages _images;

    /// <summary>
    /// Initializes a batch whose scores compare reconstructions with the targets, or with the inputs if the targets are null.
    /// </summary>
    public AutoencoderBatch(AutoencoderStep step, INetworkEngine engine, ImageBuffer inputs, ImageBuffer? targets)
        : base(targets is null ? [inputs] : [inputs, targets])
    {
        _step = step;
        var (model, shape) = (step.Shared, inputs.Shape);
        _shape = shape;
        // The model owns the engine. A share of the model keeps both alive during the pass.
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
        // Latent vectors are copied out of the engine and back, so that a batch holds no native memory between two getters.
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

    /// <summary>Gets the outputs of the detector.</summary>
    public DetectorBatch Detected => field ??= new DetectorBatch(
        _step.Detector!, _images, IsMissing, scores => ScoringTelemetry.CountAnomalies(scores, _step.Threshold));

    /// <summary>Gets the contribution of each value to the score of the detector.</summary>
    public BatchValues Contributions => field ??= MakeContributions();

    public float Threshold => _step.Threshold!.Value;

    /// <summary>Gets the default number of rows in a batch.</summary>
    public static int BestSize(AutoencoderArchitecture architecture) =>
        ImageBuffer.BatchSize(architecture.BestBatchSize, architecture.InputShape);

    /// <summary>Throws an exception if a batch needs more than a gibibyte of memory.</summary>
    public static void CheckSize(int? scoringBatchSize, InputShape shape)
    {
        if (scoringBatchSize * (long)shape.Size > ImageBuffer.Largest)
            throw new ArgumentOutOfRangeException(
                nameof(scoringBatchSize), scoringBatchSize,
                $"ScoringBatchSize is {scoringBatchSize}: a batch of that many {shape.Description} needs more than a gibibyte. "
                + $"The maximum is {ImageBuffer.Largest / shape.Size}.");
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
