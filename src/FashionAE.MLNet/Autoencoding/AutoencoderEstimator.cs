using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>Trains an autoencoder on a column of images, or takes one that is trained already.</summary>
public sealed class AutoencoderEstimator : IEstimator<AutoencoderTransformer>
{
    private const string ShapeRemedy = "set Architecture in the options";

    private readonly IHost _host;
    private readonly AutoencoderColumns _columns;

    // Either of them: how to train a model, or the file of a trained one.
    private readonly AutoencoderOptions? _options;
    private readonly string? _modelFile;
    private readonly int? _scoringBatchSize;
    private readonly int _drawnSeed;

    /// <summary>Makes an estimator that trains.</summary>
    internal AutoencoderEstimator(IHostEnvironment environment, AutoencoderOptions options, AutoencoderColumns columns)
    {
        options.Validate();
        _host = environment.Register(nameof(AutoencoderEstimator));
        _columns = columns;
        _options = options with { };
        _drawnSeed = _host.Rand.Next();
        _scoringBatchSize = options.ScoringBatchSize;
    }

    /// <summary>Makes an estimator that loads a trained model.</summary>
    internal AutoencoderEstimator(IHostEnvironment environment, string modelFile, AutoencoderColumns columns, int? scoringBatchSize)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelFile);
        ArgumentOutOfRangeException.ThrowIfLessThan(scoringBatchSize ?? 1, 1, nameof(scoringBatchSize));
        if (!File.Exists(modelFile))
            throw new FileNotFoundException($"There is no model file '{modelFile}'.", modelFile);
        _host = environment.Register(nameof(AutoencoderEstimator));
        (_columns, _modelFile, _scoringBatchSize) = (columns, modelFile, scoringBatchSize);
    }

    /// <summary>
    /// Trains, or loads the model that was trained already. The losses of every epoch, progress within it and warnings go to the log of the
    /// <see cref="MLContext"/>. Trainings on several threads take turns step by step; loading waits for none.
    /// </summary>
    /// <param name="input">A view with the column of images, in [0, 1], and that of the targets where the options name one.</param>
    /// <returns>The transformer with the weights of the best epoch; the caller disposes it, or the chain that it is part of.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or no known-size vector of Single. A message about the options' ValidationSet or TestSet names it.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The view is empty, a pixel is no number in [0, 1], or the shape of the images cannot be told. The same holds for the other views.
    /// </exception>
    /// <exception cref="NotFiniteNumberException">The loss became infinite or no number.</exception>
    /// <exception cref="OperationCanceledException">The options' token ended the training.</exception>
    /// <exception cref="InvalidDataException">The trained model or the checkpoint to resume from is corrupt.</exception>
    public AutoencoderTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var channel = _host.Start("Training");
        return _options is { } options ? Train(options, input, channel) : Load(_modelFile!, input);
    }

    /// <summary>Tells the columns that <see cref="Fit"/>'s transformer will add.</summary>
    /// <param name="inputSchema">What is known of the input.</param>
    /// <returns>Its columns and the added ones.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or no known-size vector of Single.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var sizeRemedy = _options is { Architecture: null } ? ShapeRemedy : null;
        var input = ImageColumn.Check(inputSchema, _columns.Input, _columns.InputRole, sizeRemedy, NumberDataViewType.Single);
        if (_columns.Target is { } target && (_options is not null || _columns.HasScores))
            ImageColumn.Check(inputSchema, target, "target", sizeRemedy, NumberDataViewType.Single);
        var scores = _columns.IsDetector ? ColumnAnnotations.PromisedOfDetector : [];
        return ImageColumn.Extend(inputSchema, _columns.Outputs.Select(o => o.Kind switch
        {
            AutoencoderOutput.Latent => PromisedColumn.Vector(o.Name, NumberDataViewType.Single, ColumnAnnotations.PromisedOfLatent),
            AutoencoderOutput.Reconstruction or AutoencoderOutput.ErrorMap => ImageColumn.PromiseLike(input, o.Name),
            AutoencoderOutput.Anomaly => PromisedColumn.Scalar(o.Name, BooleanDataViewType.Instance, scores),
            _ => PromisedColumn.Scalar(o.Name, NumberDataViewType.Single, scores),
        }));
    }

    private AutoencoderTransformer Load(string path, IDataView input)
    {
        var model = AutoencoderFile.Load(path);
        try
        {
            var transformer = new AutoencoderTransformer(AutoencoderStep.Of(model, _columns, _scoringBatchSize), history: null) { Host = _host };
            transformer.GetOutputSchema(input.Schema);
            return transformer;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private AutoencoderTransformer Train(AutoencoderOptions options, IDataView input, IChannel channel)
    {
        var images = ImageColumn.Find(input.Schema, _columns.Input, _columns.InputRole, options.Architecture?.ImageShape, ShapeRemedy);
        AutoencoderStep.CheckBatch(_scoringBatchSize, images.Shape);
        if (_columns.Outputs.Any(o => o.Kind == AutoencoderOutput.Ssim))
            images.CheckSimilarity();
        // Reading can take long: what is wrong with the columns of any view shall show before.
        var (trainRows, validationRows, testRows) = (
            Rows(input, images, option: null), RowsOfOption(options.ValidationSet, nameof(options.ValidationSet), images.Shape),
            RowsOfOption(options.TestSet, nameof(options.TestSet), images.Shape));
        using var train = Read(options, trainRows, channel);
        if (train.Examples.Count < 2)
            throw new InvalidOperationException("Training set has 1 instance, aborting training: two or more are needed.");
        using var validation = validationRows is null ? null : Read(options, validationRows, channel);
        using var test = testRows is null ? null : Read(options, testRows, channel);

        // A training that goes on has the seed, as the weights, of its checkpoint.
        if (options.Seed is null && options.CheckpointToResume is null)
            options = options with { Seed = _drawnSeed };
        var architecture = options.Architecture ?? new ConvolutionalArchitecture(images.Shape, options.LatentSize ?? 2);
        var model = architecture.Build(options.Seed ?? _drawnSeed);
        try
        {
            var trainer = new AutoencoderTrainer(model, options);
            var heldOut = validation is null ? options.ValidationSetFraction : 0;
            var log = new TrainingLog(channel, options, (long)(train.Examples.Count * (1 - heldOut)));
            var history = trainer.Train(train.Examples, validation?.Examples, test?.Examples, log, options.CancellationToken);
            if (history.Outcome == TrainingOutcome.Canceled)
                throw new OperationCanceledException("The training was canceled.", options.CancellationToken);
            if (history.Outcome == TrainingOutcome.StoppedEarly)
                channel.Info(MessageSensitivity.None, $"Stopped early: no epoch was better than epoch {history.Best!.Epoch}.");
            return new AutoencoderTransformer(AutoencoderStep.Of(model, _columns, _scoringBatchSize), history) { Host = _host };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private ImageRows? RowsOfOption(IDataView? view, string option, ImageShape shape) => view is null
        ? null
        : Rows(view, ImageColumn.Find(view.Schema, _columns.Input, $"{option} {_columns.InputRole}", shape), option);

    private ImageRows Rows(IDataView view, ImageColumn images, string? option)
    {
        var targets = _columns.Target is { } name && name != _columns.Input
            ? ImageColumn.Find(view.Schema, name, option is null ? "target" : $"{option} target", images.Shape)
            : null;
        return new(view, images, targets, option);
    }

    private static ViewExamples Read(AutoencoderOptions options, ImageRows rows, IChannel channel)
    {
        var examples = ViewExamples.Read(rows, options.MaximumMemoryInBytes, options.ShuffleBufferSize, options.CancellationToken);
        if (examples.InMemory)
            channel.Info(MessageSensitivity.None, examples.Description);
        else
            channel.Warning(MessageSensitivity.None, examples.Description);
        return examples;
    }

    /// <summary>How an autoencoder is built and trained, and what it adds to a view: all that a column is named for.</summary>
    public sealed record Options : AutoencoderOptions
    {
        /// <summary>Gets or sets the column of images that the autoencoder sees, a vector of Single in [0, 1]; "Features" unless set.</summary>
        public string InputColumnName { get; set; } = "Features";

        /// <summary>Gets or sets the column for latent vectors, Vector&lt;Single, LatentSize&gt;; null for none.</summary>
        public string? LatentColumnName { get; set; }

        /// <summary>Gets or sets the column for reconstructions, of the input column's type and in [0, 1]; null for none.</summary>
        public string? ReconstructionColumnName { get; set; }

        /// <summary>Gets or sets the column for the mean squared error of the reconstruction, Single in [0, 1]; null for none.</summary>
        public string? MseColumnName { get; set; }

        /// <summary>
        /// Gets or sets the column for the peak signal-to-noise ratio of the reconstruction, Single, in decibels, infinite for equal images;
        /// null for none.
        /// </summary>
        public string? PsnrColumnName { get; set; }

        /// <summary>
        /// Gets or sets the column for the structural similarity of the reconstruction (Wang et al. 2004, 11x11 Gaussian), Single in [-1, 1];
        /// null for none. Images must have at least 11x11 pixels.
        /// </summary>
        public string? SsimColumnName { get; set; }

        /// <summary>
        /// Gets or sets the column for the squared error of every pixel of the reconstruction, of the input column's type and in [0, 1]: where
        /// it is high the image is not what the autoencoder knows. Null for none.
        /// </summary>
        public string? ErrorMapColumnName { get; set; }
    }
}
