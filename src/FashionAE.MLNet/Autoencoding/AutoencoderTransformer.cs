using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>
/// Adds the outputs of a trained autoencoder for a column of images, or of other vectors: latent vectors, reconstructions and their scores.
/// It is saved and loaded by <c>mlContext.Model</c> like any other. It owns its model: dispose it, or the chain that it is part of. For a
/// row with a value that is infinite or NaN everything that is added is missing: vectors and scores are NaN, and a detector calls it an
/// anomaly; with <see cref="MissingValues.Mask"/> so is a row with an infinite value, or with no value that is not NaN. An image with
/// values outside of [0, 1] is computed as it is, and the first one of a view is a warning in the log that names column, row and remedy.
/// </summary>
/// <remarks>
/// It can be used by several threads at once, in any number of cursors and prediction engines; each of those belongs to one thread. With
/// <see cref="ScoringEngine.LibTorch"/> batches of all of them take turns on the network. It may be disposed while others use it: what is
/// under way is computed, and what is asked for afterwards throws an <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed class AutoencoderTransformer : BatchTransformer, IDisposable
{
    private readonly AutoencoderStep _step;

    internal AutoencoderTransformer(AutoencoderStep step, TrainingHistory? history)
        : base(step) => (_step, History) = (step, history);

    /// <summary>
    /// Gets the autoencoder as a module of TorchSharp, in evaluation mode; one from a file is built when it is first asked for. It is this
    /// transformer's: do not dispose it. ONNX Runtime computes with the weights that it had when the first view or prediction engine was
    /// made.
    /// </summary>
    /// <exception cref="DllNotFoundException">There is no libtorch, which scoring by ONNX Runtime does not need.</exception>
    public Autoencoder Model => _step.Shared.Model.Network;

    /// <summary>
    /// Gets or sets what computes the outputs: what the options said, or <see cref="ScoringEngine.Auto"/> after a model has been loaded,
    /// since files do not hold it. Cursors and prediction engines use what was set when they were made.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public ScoringEngine ScoringEngine
    {
        get => _step.Shared.Engine;
        set => _step.Shared.Engine = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "There is no such engine.");
    }

    /// <summary>Gets the course of the training; null when the model was loaded.</summary>
    public TrainingHistory? History { get; }

    /// <summary>Gets the shape of the inputs: of images, or of vectors.</summary>
    public InputShape InputShape => _step.Shared.Model.InputShape;

    /// <summary>Gets the shape of the images.</summary>
    /// <exception cref="InvalidOperationException">Inputs are vectors.</exception>
    public ImageShape ImageShape => InputShape.RequireImages();

    /// <summary>Gets the length of latent vectors.</summary>
    public int LatentSize => _step.Shared.Model.LatentSize;

    /// <summary>Gets the name of the column of images that the autoencoder sees.</summary>
    public string InputColumnName => _step.Input;

    /// <summary>Gets how many rows go through the network together when a view is scored.</summary>
    public int ScoringBatchSize => _step.BatchSize;

    /// <summary>Gets the score above which a row is an anomaly; null where this is no anomaly detector.</summary>
    public float? Threshold => _step.Threshold;

    /// <summary>Gets how the score of anomalies is computed; null where this is no anomaly detector.</summary>
    public AnomalyScore? AnomalyScore => _step.Detector?.Score;

    /// <summary>
    /// Gets the value of the error map above which a pixel belongs to the mask; null where this is no anomaly detector, one of vectors, or
    /// one of version 0.1.
    /// </summary>
    public float? PixelThreshold => _step.Detector is { Distribution: not null } detector && !InputShape.IsVector
        ? detector.PixelThreshold
        : null;

    /// <summary>Gets the rows with which a drift monitor compares new ones; null where the model has none.</summary>
    internal DriftReference? Reference => _step.Reference;

    /// <summary>Gets the scores of rows that were held out of the training, or quantiles of them, in ascending order.</summary>
    internal double[] HeldOutScores => _step.Detector?.HeldOutScores ?? [];

    /// <summary>
    /// Makes a transformer of the same network that adds other columns, such as reconstructions where this one adds latent vectors. Both
    /// share the model, which is freed when both are disposed.
    /// </summary>
    /// <param name="options">The columns that it reads and adds; the batch size is this transformer's unless set.</param>
    /// <returns>The new transformer, which is no anomaly detector; the caller disposes it, and this one too.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, or no output column is named.</exception>
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
        // A detector's score, and that of other targets, are others.
        var reference = _step.Detector is null && columns.Target == _step.Target ? Reference : null;
        return new AutoencoderTransformer(step with { Reference = reference, Shared = model.Share() }, History)
        {
            Host = Host,
            ScoringEngine = options.ScoringEngine,
        };
    }

    /// <summary>
    /// Makes a transformer of the same network that holds other rows for <see cref="DriftCatalog.CreateDriftMonitor"/> to compare new ones
    /// with, and saves them with the model: 2,000 quantiles of the scores of up to 16,384 rows, and up to 1,024 latent vectors. A model
    /// that was saved by an earlier version, or trained elsewhere, has none. Both share the model, which is freed when both are disposed.
    /// </summary>
    /// <param name="rows">
    /// A view of rows that are as they should be, with the columns that this transformer reads, and best such that the network was not
    /// trained on. Those with missing values are left out.
    /// </param>
    /// <param name="seed">The seed by which they are drawn.</param>
    /// <returns>The new transformer; the caller disposes it, and this one too.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type or size.</exception>
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

    /// <summary>Makes a transformer of the same network that adds the columns of <see cref="ScoredRows"/>.</summary>
    internal AutoencoderTransformer WithCodeAndScore()
    {
        AutoencoderOutput score = _step.Columns.IsDetector ? new DetectorScoreOutput() : ScoreOutput.Mse;
        var columns = AutoencoderColumns.Of(
            _step.Input, _step.Target, (new LatentOutput(), ScoredRows.CodeColumn), (score, ScoredRows.ScoreColumn));
        using var model = _step.Shared.Share();
        var step = AutoencoderStep.Of(model, columns, ScoringBatchSize) with { Detector = _step.Detector };
        return new AutoencoderTransformer(step with { Shared = model.Share() }, History) { Host = Host };
    }

    /// <summary>Makes an anomaly detector with another threshold. Both share the model, which is freed when both are disposed.</summary>
    /// <param name="threshold">The score above which a row is an anomaly.</param>
    /// <returns>The new transformer; the caller disposes it, and this one too.</returns>
    /// <exception cref="InvalidOperationException">This transformer is no anomaly detector.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is NaN.</exception>
    /// <exception cref="ObjectDisposedException">This transformer has been disposed.</exception>
    public AutoencoderTransformer WithThreshold(float threshold)
    {
        CheckDetector();
        if (float.IsNaN(threshold))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A threshold is a number.");
        return new AutoencoderTransformer(_step with { Threshold = threshold, Shared = _step.Shared.Share() }, History) { Host = Host };
    }

    /// <summary>
    /// Makes an anomaly detector with the threshold that a rule chooses, by the scores of the rows that were held out of its training (of
    /// those a loaded model has 2,000 quantiles) or, where the rule has them, by labeled rows.
    /// </summary>
    /// <param name="rule">The rule, such as <see cref="AnomalyThreshold.FalseAlarms(double)"/>.</param>
    /// <inheritdoc cref="WithThreshold"/>
    /// <exception cref="InvalidOperationException">
    /// This transformer is no anomaly detector, the rule needs more rows than were held out, or labeled rows lack one of both kinds.
    /// </exception>
    public AutoencoderTransformer WithThresholdOf(AnomalyThreshold rule)
    {
        CheckDetector();
        return WithThresholdOf(_step.Detector!.HeldOutScores, rule);
    }

    /// <summary>
    /// Makes an anomaly detector with the threshold that a rule chooses by the scores of other normal rows, such as newer ones.
    /// </summary>
    /// <param name="normal">A view of rows that are no anomalies, with the columns that the detector reads.</param>
    /// <param name="rule">The rule.</param>
    /// <inheritdoc cref="WithThresholdOf(AnomalyThreshold)"/>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type or size.</exception>
    public AutoencoderTransformer WithThresholdOf(IDataView normal, AnomalyThreshold rule)
    {
        ArgumentNullException.ThrowIfNull(normal);
        CheckDetector();
        return WithThresholdOf([.. DetectorRows.Scores(this, normal).Where(score => !double.IsNaN(score)).Order()], rule);
    }

    /// <summary>
    /// Makes an anomaly detector that has learned anew what is normal, without training: the references of the score, the distribution
    /// behind probabilities, the weights of error maps, the threshold of pixels and that of scores, and what drift monitors compare with.
    /// Both share the model, which is freed when both are disposed.
    /// </summary>
    /// <param name="normal">
    /// A view of rows that are no anomalies, with the columns that the detector reads: a part of them is held out for the thresholds.
    /// </param>
    /// <param name="rule">The rule of the threshold.</param>
    /// <param name="heldOutFraction">The share of the rows that is held out, within (0, 1).</param>
    /// <param name="pixelFalseAlarms">Which share of the pixels of normal rows is marked in the mask, within (0, 1).</param>
    /// <param name="seed">The seed of which rows are held out and which are references.</param>
    /// <returns>The new transformer; the caller disposes it, and this one too.</returns>
    /// <exception cref="InvalidOperationException">
    /// This transformer is no anomaly detector, the view is empty, a pixel is not in [0, 1], a value is infinite or NaN (and NaN is not
    /// masked), or the rule needs more rows than are held out.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A share is out of its range, or a column is missing or of the wrong type.</exception>
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
                $"The rule of the threshold needs {rule.FewestRows} normal rows or more; there are {normal.Length}.");
        if (normal.Length < rule.WantedRows)
            new StepLog(Host, Step).Warn(
                $"There are {normal.Length} scores of normal rows, too few to tell so high a quantile: the threshold is the highest of"
                + $" them. {rule.WantedRows} or more are needed: raise HeldOutFraction, set ValidationSet, or give a view of more rows.");
        return WithThreshold((float)rule.Choose(normal, (view, label) => DetectorRows.Labeled(this, view, label)));
    }

    /// <summary>Frees the model unless it is shared; views and engines made before throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _step.Shared.Dispose();

    private void CheckDetector()
    {
        if (!_step.Columns.IsDetector)
            throw new InvalidOperationException(
                "Only a detector of anomalies has a threshold: train one with AnomalyDetection.Trainers.Autoencoder.");
    }

    private protected override void Save(ModelSaveContext context) => _step.SaveWithModel(
        context, message => new StepLog(Host, Step).Warn(message));
}
