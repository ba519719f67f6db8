using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>Trains an autoencoder.</summary>
internal sealed class TrainingEstimator : AutoencoderEstimator
{
    private const string ShapeRemedy = "set Architecture in the options";

    // The size of the smallest hidden layer: a longer latent vector would not be a bottleneck.
    private const int MostLatent = 32;

    private readonly AutoencoderOptions _options;
    private readonly int _drawnSeed;

    public TrainingEstimator(IHostEnvironment environment, AutoencoderOptions options, AutoencoderColumns columns)
        : base(environment, columns, (options.ScoringBatchSize, options.ScoringEngine))
    {
        options.Validate();
        if (options.InitialModelFile is { } file && !File.Exists(file))
            throw new FileNotFoundException($"There is no model file '{file}' to start from.", file);
        (_options, _drawnSeed) = (options with { }, Host.Rand.Next());
    }

    private protected override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema) =>
        Columns.Promise(inputSchema, trains: true, _options.Architecture switch
        {
            // The file contains the shape.
            _ when _options.InitialModelFile is not null => null,
            null => ShapeRemedy,
            VectorArchitecture { Length: null } => ImageColumn.LengthRemedy,
            _ => null,
        });

    private protected override TrainedAutoencoder Make(IDataView input, ITransformer? startFrom)
    {
        using var channel = Host.Start("Training");
        var initial = InitialModel.Of(_options, startFrom);
        CheckInitialModel(initial);
        initial?.CheckColumn(input.Schema, Columns.Input);
        // The architecture that is known so far, from the model to start from or from the options.
        var known = initial is null ? _options.Architecture : initial.ArchitectureFor(_options);
        var shape = ShapeOf(input.Schema, known);
        AutoencoderBatch.CheckSize(_options.ScoringBatchSize, shape);
        // Reading can be slow, so errors in the columns of any view are reported first.
        (_options as AutoencoderAnomalyTrainer.Options)?.Threshold.CheckLabels((view, label) =>
        {
            Columns.FindInput(view.Schema, shape);
            return DetectorRows.Labels(view, label);
        });
        ImageRows Rows(IDataView view, string? option = null) => Columns.RowsOf(view, option, shape, known?.MasksMissing is true);
        ImageRows? RowsOfOption(IDataView? view, string option) => view is null ? null : Rows(view, option);
        var trainRows = Rows(input);
        var validationRows = RowsOfOption(_options.ValidationSet, nameof(_options.ValidationSet));
        var testRows = RowsOfOption(_options.TestSet, nameof(_options.TestSet));
        var oldRows = RowsOfOption(_options.RehearsalSet, nameof(_options.RehearsalSet));
        using var train = Read(trainRows, channel);
        if (train.Examples.Count < 2)
            throw new InvalidOperationException("Training set has 1 instance, aborting training: two or more are needed.");
        using var validation = validationRows is null ? null : Read(validationRows, channel);
        using var test = testRows is null ? null : Read(testRows, channel);
        using var old = oldRows is null ? null : Read(oldRows, channel);

        // A resumed training uses the seed of its checkpoint, as it uses its weights.
        var drawsSeed = _options.Seed is null && _options.CheckpointToResume is null;
        var options = drawsSeed ? _options with { Seed = _drawnSeed } : _options;
        // A checkpoint and the other ranks must belong to a training that starts from the same model.
        if (initial is not null && (options.CheckpointPath is not null || options.Exchange is not null))
            options = options with { InitialModel = initial.Sha256 };
        var detector = options as AutoencoderAnomalyTrainer.Options;
        detector?.ScoreFor(shape).Check(shape);
        // All ranks hold out the same rows, even if each has drawn a different seed or only one has the checkpoint.
        using var ranks = new TrainingRanks(options.Exchange);
        var seed = ranks.Broadcast(() => Seed(options));
        var split = detector is not null && validation is null ? DetectorLearning.HoldOut(train.Examples, detector, seed) : default;
        using var rest = split.Remaining;
        using var heldOutRows = split.HeldOut;
        if (detector is not null)
            DetectorLearning.CheckRows(detector.Threshold, (heldOutRows ?? validation!.Examples).Count);
        var architecture = known?.For(shape) ?? ArchitectureFor(shape, input.Schema[Columns.Input].Type, channel);
        if (initial is not null)
            channel.Info(
                MessageSensitivity.None,
                $"The training starts with a trained network, {architecture}.{(shape.IsVector ? " It keeps its scaling." : "")}");
        else if (train.IsSparse)
            WarnOfScaling(architecture, channel);
        using var model = new SharedModel(initial?.Copy() ?? new TrainedModel(architecture.Build(options.Seed ?? _drawnSeed)));
        var trainer = new AutoencoderTrainer(model.Model.Network, options);
        var heldOut = validation is null ? options.ValidationSetFraction : 0;
        var examples = rest ?? train.Examples;
        var log = new TrainingLog(channel, options, (long)(examples.Count * (1 - heldOut)), shape: shape, isFresh: initial is null);
        using var rehearsed = old is null ? null : new RehearsedExamples(examples, old.Examples, options.RehearsalShare);
        var history = Run(input.Schema, channel, () => trainer.Train(
            rehearsed ?? examples, validation?.Examples, test?.Examples, log, options.CancellationToken));
        // ONNX Runtime keeps the weights that it reads now. Without a detector, the caller may still change them before scoring, so this
        // uses libtorch.
        var engine = model.Model.EngineFor(
            detector is null ? ScoringEngine.LibTorch : options.ScoringEngine,
            warn: problem => channel.Warning(MessageSensitivity.None, problem));
        var reading = new ExampleReading(model.Model, engine, options);
        var learned = detector is null
            ? null
            : new DetectorLearning(reading, examples, heldOutRows ?? validation!.Examples).Learn(detector, seed);
        // If the trainer held out rows, this is the same split.
        var isSplit = validation is null && options.ValidationSetFraction > 0;
        var parts = isSplit ? examples.Split(options.ValidationSetFraction, seed) : default;
        using var fitted = parts.Remaining;
        using var validated = parts.HeldOut;
        var unseen = heldOutRows ?? validation?.Examples ?? validated;
        var reference = reading.DrawReference(learned, unseen ?? examples, seed, isUnseen: unseen is not null);
        // The share is created last: if learning fails, an earlier share would not be disposed.
        return new TrainedAutoencoder(model.Share(), history, learned, reference);
    }

    /// <summary>Runs a training. Its exceptions and messages name the columns of the view.</summary>
    private TrainingHistory Run(DataViewSchema schema, IChannel channel, Func<TrainingHistory> train)
    {
        try
        {
            var history = train();
            if (history.Outcome == TrainingOutcome.Canceled)
                throw new OperationCanceledException("The training was canceled.", _options.CancellationToken);
            if (history.Outcome == TrainingOutcome.StoppedEarly)
                channel.Info(MessageSensitivity.None, $"Stopped early: {history.StopReason}.");
            return history;
        }
        catch (EmptySlotException e)
        {
            var column = schema[e.IsOfTargets ? Columns.Target ?? Columns.Input : Columns.Input];
            throw new InvalidOperationException(
                $"Column '{column.Name}' has no value in slot {ImageColumn.NameOfSlot(column, e.Slot)} of any training row:"
                + " remove the slot.", e);
        }
    }

    /// <summary>Gets the shape of the inputs from the architecture, or from the column if the architecture does not specify it.</summary>
    private InputShape ShapeOf(DataViewSchema schema, AutoencoderArchitecture? known) => known switch
    {
        null => Columns.FindInput(schema, shape: null, ShapeRemedy).Shape,
        VectorArchitecture { Length: null } => Columns.FindVectors(schema).Shape,
        _ => Columns.FindInput(schema, known.InputShape).Shape,
    };

    /// <summary>Throws an exception if an option is set that requires a model to start from, but no model is specified.</summary>
    private void CheckInitialModel(InitialModel? initial)
    {
        if (initial is not null)
            return;
        const string Remedy = ": call Fit(input, startFrom) or set InitialModelFile.";
        if (_options.FrozenPart != FrozenPart.None)
            throw new InvalidOperationException(
                $"FrozenPart is {_options.FrozenPart}, but there is no trained model with a part to freeze" + Remedy);
        if (_options.RehearsalSet is not null)
            throw new InvalidOperationException("RehearsalSet has old rows, but there is no model that has learned them" + Remedy);
    }

    /// <summary>Chooses a network for the inputs.</summary>
    private AutoencoderArchitecture ArchitectureFor(InputShape shape, DataViewType type, IChannel channel)
    {
        var isDetector = _options is AutoencoderAnomalyTrainer.Options;
        var size = _options.LatentSize ?? (shape.IsVector && isDetector ? Math.Min((shape.Size + 1) / 2, MostLatent) : 2);
        AutoencoderArchitecture chosen = shape.Image is { } images
            ? new ConvolutionalArchitecture(images, size)
            : new VectorArchitecture(size, shape.Size);
        var other = shape.IsVector
            ? $"a {nameof(ConvolutionalArchitecture)} for images"
            : $"a {nameof(VectorArchitecture)} for other vectors";
        var message = $"Column '{Columns.Input}' is treated as {shape.Description}: the network is {chosen}."
            + $" Set Architecture for another network, such as {other}.";
        // A square length is weak evidence of images: vectors of hashed words also have such lengths.
        if (!shape.IsVector && ImageColumn.IsFlat(type))
            channel.Warning(MessageSensitivity.None, message);
        else
            channel.Info(MessageSensitivity.None, message);
        return chosen;
    }

    private void WarnOfScaling(AutoencoderArchitecture architecture, IChannel channel)
    {
        if (architecture is VectorArchitecture { Scaling: FeatureScaling.MeanVariance or FeatureScaling.Robust } scaled)
            channel.Warning(
                MessageSensitivity.None,
                $"The vectors of column '{Columns.Input}' are sparse, and Scaling is {scaled.Scaling}: a slot that is 0 in most rows"
                + " gets values far from 0 in the others. If slots are counts or categories, set Scaling = FeatureScaling.None in a"
                + " VectorArchitecture.");
    }

    /// <summary>Gets the seed of the training. A resumed training has the seed of its checkpoint.</summary>
    private int Seed(AutoencoderOptions options) => options.Seed
        ?? (options.CheckpointToResume is { } checkpoint ? TrainingCheckpoint.ReadSeed(checkpoint) : _drawnSeed);

    private ViewExamples Read(ImageRows rows, IChannel channel)
    {
        var examples = ViewExamples.Read(rows, _options.MaximumMemoryInBytes, _options.ShuffleBufferSize, _options.CancellationToken);
        if (examples.InMemory)
            channel.Info(MessageSensitivity.None, examples.Description);
        else
            channel.Warning(MessageSensitivity.None, examples.Description);
        return examples;
    }
}
