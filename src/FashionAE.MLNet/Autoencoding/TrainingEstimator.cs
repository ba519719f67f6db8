using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>Trains a model.</summary>
internal sealed class TrainingEstimator : AutoencoderEstimator
{
    private const string ShapeRemedy = "set Architecture in the options";

    // The size of the smallest hidden layer: more would be no narrower than that.
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
            // The file says the shape.
            _ when _options.InitialModelFile is not null => null,
            null => ShapeRemedy,
            VectorArchitecture { Length: null } => ImageColumn.LengthRemedy,
            _ => null,
        });

    private protected override TrainedAutoencoder Make(IDataView input, ITransformer? startFrom)
    {
        using var channel = Host.Start("Training");
        var initial = InitialModel.Of(_options, startFrom);
        CheckGoesOn(initial);
        initial?.CheckColumn(input.Schema, Columns.Input);
        // As the options know it: that of the model to start from, or what they say.
        var known = initial is null ? _options.Architecture : initial.ArchitectureFor(_options);
        var shape = ShapeOf(input.Schema, known);
        AutoencoderBatch.CheckSize(_options.ScoringBatchSize, shape);
        // Reading can take long: what is wrong with the columns of any view shall show before.
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

        // A training that goes on has the seed, as the weights, of its checkpoint.
        var drawsSeed = _options.Seed is null && _options.CheckpointToResume is null;
        var options = drawsSeed ? _options with { Seed = _drawnSeed } : _options;
        // A checkpoint and the other ranks are of a training from the same model.
        if (initial is not null && (options.CheckpointPath is not null || options.Exchange is not null))
            options = options with { InitialModel = initial.Sha256 };
        var detector = options as AutoencoderAnomalyTrainer.Options;
        detector?.ScoreFor(shape).Check(shape);
        // The ranks of a training hold out the same rows, whatever seed each has drawn and wherever the checkpoint is.
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
                $"The training begins with a trained network, {architecture}.{(shape.IsVector ? " Its scaling stays." : "")}");
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
        // ONNX Runtime would compute with these weights from now on, and whoever asked for no detector may still change them.
        var engine = model.Model.EngineFor(
            detector is null ? ScoringEngine.LibTorch : options.ScoringEngine,
            warn: problem => channel.Warning(MessageSensitivity.None, problem));
        var reading = new ExampleReading(model.Model, engine, options);
        var learned = detector is null
            ? null
            : new DetectorLearning(reading, examples, heldOutRows ?? validation!.Examples).Learn(detector, seed);
        // The trainer held out the same rows, where it did.
        var isSplit = validation is null && options.ValidationSetFraction > 0;
        var parts = isSplit ? examples.Split(options.ValidationSetFraction, seed) : default;
        using var fitted = parts.Remaining;
        using var validated = parts.HeldOut;
        var unseen = heldOutRows ?? validation?.Examples ?? validated;
        var reference = reading.DrawReference(learned, unseen ?? examples, seed, isUnseen: unseen is not null);
        // A share that is made before the learning would not be disposed where that fails.
        return new TrainedAutoencoder(model.Share(), history, learned, reference);
    }

    /// <summary>Runs a training, with exceptions and messages in the words of a view.</summary>
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
                $"Column '{column.Name}' has no value in slot {ImageColumn.NameOfSlot(column, e.Slot)} of any row that is learned from:"
                + " leave the slot out.", e);
        }
    }

    /// <summary>The shape of the inputs: what the architecture says, or what the column is.</summary>
    private InputShape ShapeOf(DataViewSchema schema, AutoencoderArchitecture? known) => known switch
    {
        null => Columns.FindInput(schema, shape: null, ShapeRemedy).Shape,
        VectorArchitecture { Length: null } => Columns.FindVectors(schema).Shape,
        _ => Columns.FindInput(schema, known.InputShape).Shape,
    };

    /// <summary>Refuses options that only a training which goes on can have.</summary>
    private void CheckGoesOn(InitialModel? initial)
    {
        if (initial is not null)
            return;
        const string Remedy = ": call Fit(input, startFrom) or set InitialModelFile.";
        if (_options.FrozenPart != FrozenPart.None)
            throw new InvalidOperationException(
                $"FrozenPart is {_options.FrozenPart}, and there is no trained model whose part could stay as it is" + Remedy);
        if (_options.RehearsalSet is not null)
            throw new InvalidOperationException("RehearsalSet has old rows, and there is no model that has learned them" + Remedy);
    }

    /// <summary>Chooses the network that fits the inputs.</summary>
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
        var message = $"Column '{Columns.Input}' is taken for {shape.Description}: the network is {chosen}."
            + $" Set Architecture for another, such as {other}.";
        // That a length is a square says little: hashed words have such lengths, too.
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
                $"The vectors of column '{Columns.Input}' are sparse, and Scaling is {scaled.Scaling}: a slot that few rows set gets values"
                + " far from 0. Set Scaling = FeatureScaling.None in a VectorArchitecture where slots are counts or categories.");
    }

    /// <summary>The seed of the training, also of one that goes on.</summary>
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
