using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>
/// Trains an autoencoder on a column of images, or of other vectors, or loads one that was trained before. An autoencoder is a network that
/// compresses its input to a latent vector and reconstructs the input from it.
/// </summary>
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
    /// Trains an autoencoder, or loads one that was trained before. The losses of every epoch, the progress within it and warnings are
    /// written to the log of the <see cref="MLContext"/>. If several threads train at the same time, they alternate after each training
    /// step. Loading does not wait for them.
    /// </summary>
    /// <param name="input">
    /// A view with the column of images, in [0, 1], or of other vectors, and with the target column if the options specify one.
    /// </param>
    /// <returns>
    /// The transformer with the weights of the best epoch, or of the file. The caller must dispose it, or the chain that contains it.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing, or is not a known-size vector of Single. If it is in the ValidationSet or TestSet of the options, the message
    /// says so. ValidationSetFraction holds out no row, or leaves fewer than two to train on.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// A view is empty. A pixel is not in [0, 1]. A value is infinite, or is NaN and not masked. Neither the options nor the column's type
    /// specifies the shape of the inputs.
    /// </exception>
    /// <exception cref="NotFiniteNumberException">The loss became infinite or NaN.</exception>
    /// <exception cref="OperationCanceledException">The cancellation token of the options was canceled.</exception>
    /// <exception cref="InvalidDataException">The file of the trained model, or the checkpoint to resume from, is corrupt.</exception>
    public AutoencoderTransformer Fit(IDataView input) => Fit(input, startFrom: null);

    /// <summary>
    /// Trains on new rows, starting with the weights of a trained model. The training uses the options of this estimator and a new
    /// optimizer. It continues the statistics of batch normalization and keeps the learned scaling of vectors. Options without Architecture
    /// and LatentSize accept any network.
    /// </summary>
    /// <param name="input">The new rows, in a view as <see cref="Fit(IDataView)"/> expects it.</param>
    /// <param name="startFrom">
    /// The transformer of an autoencoder or detector, or a chain that contains one. If a chain contains several, the last one is used. Null
    /// for new weights. The model is not changed, and you may dispose it afterwards.
    /// </param>
    /// <returns>
    /// The transformer with the weights of the best new epoch, even if the initial weights were better. The caller must dispose it.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The model contains no autoencoder. Its architecture, input shape or latent size is not that of the options.
    /// <see cref="AutoencoderOptions.InitialModelFile"/> is also set.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The estimator does not train. For other reasons, see <see cref="Fit(IDataView)"/>.
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

    /// <summary>Gets the schema of the view that the transformer of <see cref="Fit(IDataView)"/> returns.</summary>
    /// <param name="inputSchema">The schema of the input.</param>
    /// <returns>The columns of the input and the added columns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or is not a known-size vector of Single.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => ImageColumn.Extend(inputSchema, Promise(inputSchema));

    private protected abstract TrainedAutoencoder Make(IDataView input, ITransformer? startFrom);

    // A model file contains the shape of the inputs, and Fit reads the file. The size of the vectors can therefore be unknown before Fit.
    private protected virtual IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema) => Columns.Promise(inputSchema);

    /// <summary>
    /// Options for building and training an autoencoder, and for the columns that it adds. It adds each column whose name is set.
    /// </summary>
    public sealed record Options : AutoencoderOptions, IAutoencoderColumnNames
    {
        /// <summary>
        /// Gets or sets the name of the column to encode: images, which are vectors of Single in [0, 1], or other vectors of Single. The
        /// default is "Features".
        /// </summary>
        public string InputColumnName { get; set; } = "Features";

        /// <summary>Gets or sets the name of the column for latent vectors, Vector&lt;Single, LatentSize&gt;; null for no column.</summary>
        public string? LatentColumnName { get; set; }

        /// <summary>
        /// Gets or sets the name of the column for reconstructions, which has the type of the input column. Reconstructions of images are
        /// in [0, 1], and those of other vectors are in the units of the input. Null for no column.
        /// </summary>
        public string? ReconstructionColumnName { get; set; }

        /// <inheritdoc cref="ReconstructionScoringEstimator.Options.MseColumnName"/>
        public string? MseColumnName { get; set; }

        /// <inheritdoc cref="ReconstructionScoringEstimator.Options.PsnrColumnName"/>
        public string? PsnrColumnName { get; set; }

        /// <inheritdoc cref="ReconstructionScoringEstimator.Options.SsimColumnName"/>
        public string? SsimColumnName { get; set; }

        /// <summary>
        /// Gets or sets the name of the column for the error map, which has the type of the input column. It contains the squared error of
        /// every pixel of the reconstruction, in [0, 1]. For other vectors, it contains the squared error of every slot, after the scaling
        /// of the network. The error is high where the input is unlike the training data. Null for no column.
        /// </summary>
        public string? ErrorMapColumnName { get; set; }
    }
}

/// <summary>
/// The result of an estimator: the model, the history of its training if there was one, what an anomaly detector learned, and the reference
/// rows for drift monitors.
/// </summary>
internal sealed record TrainedAutoencoder(
    SharedModel Model, TrainingHistory? History = null, Detector? Detector = null, DriftReference? Reference = null);
