using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>Trains an autoencoder on a column of images, or of other vectors, or loads one that was trained before.</summary>
public abstract class AutoencoderEstimator : IEstimator<AutoencoderTransformer>
{
    private readonly (int? BatchSize, ScoringEngine Engine) _scoring;

    private protected AutoencoderEstimator(
        IHostEnvironment environment, AutoencoderColumns columns, (int? BatchSize, ScoringEngine Engine) scoring)
    {
        if (scoring.BatchSize < 1)
            throw new ArgumentOutOfRangeException(nameof(scoring), scoring.BatchSize, "ScoringBatchSize must be 1 or more, or null.");
        if (!Enum.IsDefined(scoring.Engine))
            throw new ArgumentOutOfRangeException(nameof(scoring), scoring.Engine, "ScoringEngine must be a defined value.");
        (Host, Columns, _scoring) = (environment.Register(nameof(AutoencoderEstimator)), columns, scoring);
    }

    private protected IHost Host { get; }

    private protected AutoencoderColumns Columns { get; }

    /// <summary>
    /// Trains, or loads the model that was trained before. The losses of every epoch, progress within it and warnings go to the log of the
    /// <see cref="MLContext"/>. Trainings on several threads take turns step by step; loading waits for none.
    /// </summary>
    /// <param name="input">
    /// A view with the column of images, in [0, 1], or of other vectors, and that of the targets where the options name one.
    /// </param>
    /// <returns>The transformer with the weights of the best epoch; the caller disposes it, or the chain that it is part of.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or no known-size vector of Single. A message about the options' ValidationSet or TestSet names it.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// A view is empty, a pixel is not in [0, 1], a value is infinite or NaN (and NaN is not masked), or neither options nor the column's
    /// type say the shape of the inputs.
    /// </exception>
    /// <exception cref="NotFiniteNumberException">The loss became infinite or NaN.</exception>
    /// <exception cref="OperationCanceledException">The options' token ended the training.</exception>
    /// <exception cref="InvalidDataException">The trained model or the checkpoint to resume from is corrupt.</exception>
    public AutoencoderTransformer Fit(IDataView input) => Fit(input, startFrom: null);

    /// <summary>
    /// Trains on new rows, and begins with the weights of a trained model: by the options of this estimator, with a new optimizer. The
    /// statistics of batch normalization go on, and the scaling of vectors stays as the first training learned it. Options without
    /// Architecture and LatentSize go on with any network.
    /// </summary>
    /// <param name="input">The new rows, as <see cref="Fit(IDataView)"/> reads them.</param>
    /// <param name="startFrom">
    /// The transformer of an autoencoder or detector, or a chain with one, of several the last; null for fresh weights. It stays as it is,
    /// and may be disposed afterwards.
    /// </param>
    /// <returns>
    /// The transformer with the weights of the best new epoch, even if the ones it began with were better; the caller disposes it.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The model has no autoencoder, or one of another architecture, shape of the input or length of latent vectors; or the options have an
    /// <see cref="AutoencoderOptions.InitialModelFile"/>, too.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The estimator trains nothing, or what <see cref="Fit(IDataView)"/> throws it for.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    /// <inheritdoc cref="Fit(IDataView)"/>
    /// <example>
    /// <code>
    /// using var next = estimator.Fit(newRows, startFrom: model);
    /// </code>
    /// </example>
    public AutoencoderTransformer Fit(IDataView input, ITransformer? startFrom)
    {
        ArgumentNullException.ThrowIfNull(input);
        var made = Make(input, startFrom);
        using var model = made.Model;
        model.Engine = _scoring.Engine;
        var step = AutoencoderStep.Of(model, Columns, _scoring.BatchSize) with
        {
            Detector = made.Detector,
            Reference = made.Reference,
        };
        step.Bind(input.Schema);
        return new AutoencoderTransformer(step with { Shared = model.Share() }, made.History) { Host = Host };
    }

    /// <summary>Gets the columns that the transformer of <see cref="Fit(IDataView)"/> will add.</summary>
    /// <param name="inputSchema">What is known of the input.</param>
    /// <returns>Its columns and the added ones.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or no known-size vector of Single.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => ImageColumn.Extend(inputSchema, Promise(inputSchema));

    private protected abstract TrainedAutoencoder Make(IDataView input, ITransformer? startFrom);

    // A file of a model says the shape of the images, so that vectors need no known size. It is read when the estimator is fitted.
    private protected virtual IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema) => Columns.Promise(inputSchema);

    /// <summary>How an autoencoder is built and trained, and what it adds to a view: every column that has a name.</summary>
    public sealed record Options : AutoencoderOptions, IAutoencoderColumnNames
    {
        /// <summary>
        /// Gets or sets the column to encode: images, vectors of Single in [0, 1], or other vectors of Single; "Features" unless set.
        /// </summary>
        public string InputColumnName { get; set; } = "Features";

        /// <summary>Gets or sets the column for latent vectors, Vector&lt;Single, LatentSize&gt;; null for none.</summary>
        public string? LatentColumnName { get; set; }

        /// <summary>
        /// Gets or sets the column for reconstructions, of the input column's type: of images in [0, 1], of other vectors in their own
        /// units. Null for none.
        /// </summary>
        public string? ReconstructionColumnName { get; set; }

        /// <inheritdoc cref="ReconstructionScoringEstimator.Options.MseColumnName"/>
        public string? MseColumnName { get; set; }

        /// <inheritdoc cref="ReconstructionScoringEstimator.Options.PsnrColumnName"/>
        public string? PsnrColumnName { get; set; }

        /// <inheritdoc cref="ReconstructionScoringEstimator.Options.SsimColumnName"/>
        public string? SsimColumnName { get; set; }

        /// <summary>
        /// Gets or sets the column for the squared error of every pixel of the reconstruction, of the input column's type and in [0, 1],
        /// or of every slot of a vector, as it is scaled for the network: it is high where the input is unlike the training data. Null for
        /// none.
        /// </summary>
        public string? ErrorMapColumnName { get; set; }
    }
}

/// <summary>
/// What an estimator makes: the model, the course of its training if there was one, what a detector of anomalies has learned, and rows of
/// the training with which new ones can be compared.
/// </summary>
internal sealed record TrainedAutoencoder(
    SharedModel Model, TrainingHistory? History = null, Detector? Detector = null, DriftReference? Reference = null);
