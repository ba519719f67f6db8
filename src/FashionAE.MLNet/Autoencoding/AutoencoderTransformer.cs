using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>
/// Adds the outputs of a trained autoencoder for a column of images, or of other vectors: latent vectors, reconstructions and their scores.
/// Save and load it with <c>mlContext.Model</c> like any other transformer. It owns its model: dispose it, or the chain that contains it.
/// </summary>
/// <remarks>
/// <para>If a row has a value that is infinite or NaN, all of its outputs are missing: vectors and scores are NaN, and a detector predicts
/// an anomaly. With <see cref="MissingValues.Mask"/>, a row is missing only if it has an infinite value, or if all of its values are NaN.
/// An image with values outside [0, 1] is processed without a change. The first such image of a view causes a warning in the log with the
/// column, the row and the remedy.</para>
/// <para>Several threads can use a transformer at the same time, in any number of cursors and prediction engines. Each of these belongs to
/// one thread. With <see cref="ScoringEngine.LibTorch"/>, only one batch of several rows at a time runs in the network. Single rows, as
/// in prediction engines, run in parallel. You may dispose the transformer while other threads use it: computations that have begun are
/// finished, and later ones throw an <see cref="ObjectDisposedException"/>.</para>
/// </remarks>
public sealed class AutoencoderTransformer : BatchTransformer, IDisposable
{
    private readonly AutoencoderStep _step;

    internal AutoencoderTransformer(AutoencoderStep step, TrainingHistory? history)
        : base(step) => (_step, History) = (step, history);

    /// <summary>
    /// Gets the autoencoder as a TorchSharp module, in evaluation mode. If it was loaded from a file, it is built when this property is
    /// first read. Do not dispose it, because the transformer owns it. ONNX Runtime uses the weights that the module had when that engine
    /// was first used: by <c>Fit</c> of a detector, or by the first view or prediction engine.
    /// </summary>
    /// <exception cref="DllNotFoundException">libtorch is not available. Scoring with ONNX Runtime does not need it.</exception>
    public Autoencoder Model => _step.Shared.Model.Network;

    /// <summary>
    /// Gets or sets the engine that computes the outputs. Initially it is the engine of the options. After a model has been loaded it is
    /// <see cref="ScoringEngine.Auto"/>, since files do not contain it. Cursors and prediction engines use the engine that was set when
    /// they were created.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public ScoringEngine ScoringEngine
    {
        get => _step.Shared.Engine;
        set => _step.Shared.Engine = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "ScoringEngine must be a defined value.");
    }

    /// <summary>Gets the history of the training; null if the model was loaded.</summary>
    public TrainingHistory? History { get; }

    /// <summary>Gets the shape of the inputs, which are images or other vectors.</summary>
    public InputShape InputShape => _step.Shared.Model.InputShape;

    /// <summary>Gets the shape of the images.</summary>
    /// <exception cref="InvalidOperationException">The inputs are not images.</exception>
    public ImageShape ImageShape => InputShape.RequireImages();

    /// <summary>Gets the length of latent vectors.</summary>
    public int LatentSize => _step.Shared.Model.LatentSize;

    /// <summary>Gets the name of the column that the autoencoder encodes.</summary>
    public string InputColumnName => _step.Input;

    /// <summary>Gets how many rows the network processes together when a view is scored.</summary>
    public int ScoringBatchSize => _step.BatchSize;

    /// <summary>Gets the score above which a row is an anomaly; null if this is not an anomaly detector.</summary>
    public float? Threshold => _step.Threshold;

    /// <summary>Gets how the score of anomalies is computed; null if this is not an anomaly detector.</summary>
    public AnomalyScore? AnomalyScore => _step.Detector?.Score;

    /// <summary>
    /// Gets the value of the error map above which a pixel belongs to the mask. It is null if this is not an anomaly detector, if its
    /// inputs are not images, or if it was saved by version 0.1.
    /// </summary>
    public float? PixelThreshold => _step.Detector is { Distribution: not null } detector && !InputShape.IsVector
        ? detector.PixelThreshold
        : null;

    /// <summary>Gets the reference rows for drift monitors; null if the model has none.</summary>
    internal DriftReference? Reference => _step.Reference;

    /// <summary>Gets the scores of held-out rows, or quantiles of them, in ascending order.</summary>
    internal double[] HeldOutScores => _step.Detector?.HeldOutScores ?? [];

    /// <summary>
    /// Creates a transformer with the same network that adds other columns, such as reconstructions instead of latent vectors. Both
    /// transformers share the model, which is freed when both are disposed.
    /// </summary>
    /// <param name="options">
    /// The columns that the new transformer reads and adds. If ScoringBatchSize is null, that of this transformer is used.
    /// </param>
    /// <returns>The new transformer, which is not an anomaly detector. The caller must dispose both it and this one.</returns>
    /// <exception cref="ArgumentException">An option is out of range, or no output column is set.</exception>
    /// <exception cref="ObjectDisposedException">This transformer has been disposed.</exception>
    /// <example>
    /// <code>
    /// using var reconstruct = encoder.WithOutputs(new() { InputColumnName = "Pixels", ReconstructionColumnName = "Clean" });
    /// </code>
    /// </example>
    public AutoencoderTransformer WithOutputs(ApplyAutoencoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.ScoringBatchSize < 1)
            throw new ArgumentOutOfRangeException(
                nameof(options), options.ScoringBatchSize, "ScoringBatchSize must be 1 or more, or null.");
        var columns = AutoencoderColumns.Of(options);
        using var model = _step.Shared.Share();
        var step = AutoencoderStep.Of(model, columns, options.ScoringBatchSize ?? ScoringBatchSize);
        // If this is a detector or has another target column, its reference scores differ from the scores of the new transformer.
        var reference = _step.Detector is null && columns.Target == _step.Target ? Reference : null;
        return new AutoencoderTransformer(step with { Reference = reference, Shared = model.Share() }, History)
        {
            Host = Host,
            ScoringEngine = options.ScoringEngine,
        };
    }

    /// <summary>
    /// Creates a transformer with the same network and new reference rows, with which <see cref="DriftCatalog.CreateDriftMonitor"/>
    /// compares new rows. They are saved with the model: up to 2,000 quantiles of the scores of up to 16,384 rows, and up to 1,024 latent
    /// vectors. A model that was saved by an earlier version, or trained elsewhere, has no reference rows. Both transformers share the
    /// model, which is freed when both are disposed.
    /// </summary>
    /// <param name="rows">
    /// A view of normal rows with the columns that this transformer reads. Preferably, the network was not trained on them. Rows with
    /// missing values are left out.
    /// </param>
    /// <param name="seed">The seed for drawing the rows.</param>
    /// <returns>The new transformer. The caller must dispose both it and this one.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or has the wrong type or size.</exception>
    /// <exception cref="ObjectDisposedException">This transformer has been disposed.</exception>
    /// <example>
    /// <code>
    /// using var monitored = model.WithReference(validation);
    /// ml.Model.Save(monitored, train.Schema, "model.zip");
    /// </code>
    /// </example>
    public AutoencoderTransformer WithReference(IDataView rows, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var scoring = WithCodeAndScore();
        var reference = DriftReference.Draw(ScoredRows.Read(scoring.Transform(rows)), seed, isUnseen: true);
        return new AutoencoderTransformer(_step with { Reference = reference, Shared = _step.Shared.Share() }, History) { Host = Host };
    }

    /// <summary>Creates a transformer with the same network that adds the columns of <see cref="ScoredRows"/>.</summary>
    internal AutoencoderTransformer WithCodeAndScore()
    {
        AutoencoderOutput score = _step.Columns.IsDetector ? new DetectorScoreOutput() : ScoreOutput.Mse;
        var columns = AutoencoderColumns.Of(
            _step.Input, _step.Target, (new LatentOutput(), ScoredRows.CodeColumn), (score, ScoredRows.ScoreColumn));
        using var model = _step.Shared.Share();
        var step = AutoencoderStep.Of(model, columns, ScoringBatchSize) with { Detector = _step.Detector };
        return new AutoencoderTransformer(step with { Shared = model.Share() }, History) { Host = Host };
    }

    /// <summary>
    /// Creates an anomaly detector with another threshold. Both detectors share the model, which is freed when both are disposed.
    /// </summary>
    /// <param name="threshold">The score above which a row is an anomaly.</param>
    /// <returns>The new transformer. The caller must dispose both it and this one.</returns>
    /// <exception cref="InvalidOperationException">This transformer is not an anomaly detector.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is NaN.</exception>
    /// <exception cref="ObjectDisposedException">This transformer has been disposed.</exception>
    public AutoencoderTransformer WithThreshold(float threshold)
    {
        CheckDetector();
        if (float.IsNaN(threshold))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "The threshold must not be NaN.");
        return new AutoencoderTransformer(_step with { Threshold = threshold, Shared = _step.Shared.Share() }, History) { Host = Host };
    }

    /// <summary>
    /// Creates an anomaly detector with the threshold that a rule chooses. The rule uses the scores of the rows that were held out of the
    /// training, or labeled rows if it has them. A loaded model has up to 2,000 quantiles of the held-out scores. Both detectors share the
    /// model, which is freed when both are disposed.
    /// </summary>
    /// <param name="rule">The rule, such as <see cref="AnomalyThreshold.FalseAlarms(double)"/>.</param>
    /// <inheritdoc cref="WithThreshold"/>
    /// <exception cref="InvalidOperationException">
    /// This transformer is not an anomaly detector. The rule needs more rows than were held out. The labeled rows do not include both
    /// normal rows and anomalies.
    /// </exception>
    public AutoencoderTransformer WithThresholdOf(AnomalyThreshold rule)
    {
        CheckDetector();
        return WithThresholdOf(_step.Detector!.HeldOutScores, rule);
    }

    /// <summary>
    /// Creates an anomaly detector with the threshold that a rule chooses from the scores of other normal rows, such as newer ones. Both
    /// detectors share the model, which is freed when both are disposed.
    /// </summary>
    /// <param name="normal">A view of normal rows with the columns that the detector reads.</param>
    /// <param name="rule">The rule.</param>
    /// <inheritdoc cref="WithThresholdOf(AnomalyThreshold)"/>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or has the wrong type or size.</exception>
    public AutoencoderTransformer WithThresholdOf(IDataView normal, AnomalyThreshold rule)
    {
        ArgumentNullException.ThrowIfNull(normal);
        CheckDetector();
        return WithThresholdOf([.. DetectorRows.Scores(this, normal).Where(score => !double.IsNaN(score)).Order()], rule);
    }

    /// <summary>
    /// Creates an anomaly detector with the same network that learns from new rows which rows are normal. The network is not trained. The
    /// detector learns the references of the score, the distribution behind probabilities and the weights of error maps. It also learns the
    /// threshold, the pixel threshold and the reference rows for drift monitors. Both detectors share the model, which is freed when both
    /// are disposed.
    /// </summary>
    /// <param name="normal">
    /// A view of normal rows with the columns that the detector reads. A part of them is held out for the thresholds.
    /// </param>
    /// <param name="rule">The rule that chooses the threshold.</param>
    /// <param name="heldOutFraction">The share of the rows that is held out, within (0, 1).</param>
    /// <param name="pixelFalseAlarms">The share of the pixels of normal rows that the mask marks, within (0, 1).</param>
    /// <param name="seed">The seed for choosing the held-out rows and the references.</param>
    /// <returns>The new transformer. The caller must dispose both it and this one.</returns>
    /// <exception cref="InvalidOperationException">
    /// This transformer is not an anomaly detector. The view is empty. A pixel is not in [0, 1]. A value is infinite, or is NaN and not
    /// masked. The rule needs more rows than are held out.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A share is out of range, or a column is missing or has the wrong type.</exception>
    /// <exception cref="ObjectDisposedException">This transformer has been disposed.</exception>
    /// <example>
    /// <code>
    /// using var renewed = detector.WithReferencesOf(newRows, AnomalyThreshold.HeldOutQuantile(0.99));
    /// </code>
    /// </example>
    public AutoencoderTransformer WithReferencesOf(
        IDataView normal, AnomalyThreshold rule, double heldOutFraction = 0.1, double pixelFalseAlarms = 0.001, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(normal);
        ArgumentNullException.ThrowIfNull(rule);
        CheckDetector();
        var options = new AutoencoderAnomalyTrainer.Options
        {
            Score = AnomalyScore,
            Threshold = rule,
            HeldOutFraction = heldOutFraction,
            PixelFalseAlarms = pixelFalseAlarms,
            Smoothing = _step.Detector!.Smoothing,
            IsErrorMapWeighted = _step.Detector.MapWeights is not null,
            ScoringBatchSize = ScoringBatchSize,
        };
        options.Validate();
        using var shared = _step.Shared.Share();
        var model = shared.Model;
        using var rows = ViewExamples.Read(
            _step.Columns.RowsOf(normal, option: null, model.InputShape, model.Architecture.MasksMissing),
            options.MaximumMemoryInBytes, options.ShuffleBufferSize, CancellationToken.None);
        var (rest, heldOut) = DetectorLearning.HoldOut(rows.Examples, options, seed);
        using (rest)
        using (heldOut)
        {
            DetectorLearning.CheckRows(rule, heldOut.Count);
            var engine = model.EngineFor(ScoringEngine, problem => new StepLog(Host, Step).Warn(problem));
            var reading = new ExampleReading(model, engine, options);
            var detector = new DetectorLearning(reading, rest, heldOut).Learn(options, seed);
            var step = _step with { Detector = detector, Reference = reading.DrawReference(detector, heldOut, seed, isUnseen: true) };
            using var learned = new AutoencoderTransformer(step with { Shared = shared.Share() }, History) { Host = Host };
            return learned.WithThresholdOf(rule);
        }
    }

    internal SavedAutoencoder CopyModel() => _step.Shared.Use(model => model.Save());

    internal AutoencoderTransformer WithThresholdOf(double[] normal, AnomalyThreshold rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (normal.Length < rule.FewestRows)
            throw new InvalidOperationException(
                $"The threshold rule needs at least {rule.FewestRows} normal rows, but there are {normal.Length}.");
        if (normal.Length < rule.WantedRows)
            new StepLog(Host, Step).Warn(
                $"There are only {normal.Length} scores of normal rows, too few for such a high quantile: the threshold is the highest"
                + $" score. At least {rule.WantedRows} are needed: raise HeldOutFraction, set ValidationSet, or use a view of more rows.");
        return WithThreshold((float)rule.Choose(normal, (view, label) => DetectorRows.Labeled(this, view, label)));
    }

    /// <summary>
    /// Frees the model unless other transformers share it. Existing views and prediction engines then throw an
    /// <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Dispose() => _step.Shared.Dispose();

    private void CheckDetector()
    {
        if (!_step.Columns.IsDetector)
            throw new InvalidOperationException(
                "Only an anomaly detector has a threshold: train one with AnomalyDetection.Trainers.Autoencoder.");
    }

    private protected override void Save(ModelSaveContext context) => _step.SaveWithModel(
        context, message => new StepLog(Host, Step).Warn(message));
}
