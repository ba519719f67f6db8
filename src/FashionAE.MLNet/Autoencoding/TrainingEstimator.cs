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
        (_options, _drawnSeed) = (options with { }, Host.Rand.Next());
    }

    private protected override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema) =>
        Columns.Promise(inputSchema, trains: true, _options.Architecture switch
        {
            null => ShapeRemedy,
            VectorArchitecture { Length: null } => ImageColumn.LengthRemedy,
            _ => null,
        });

    private protected override TrainedAutoencoder Make(IDataView input)
    {
        using var channel = Host.Start("Training");
        var shape = ShapeOf(input.Schema);
        AutoencoderBatch.CheckSize(_options.ScoringBatchSize, shape);
        // Reading can take long: what is wrong with the columns of any view shall show before.
        (_options as AutoencoderAnomalyTrainer.Options)?.Threshold.CheckLabels((view, label) =>
        {
            Columns.FindInput(view.Schema, shape);
            return DetectorRows.Labels(view, label);
        });
        var trainRows = Rows(input, option: null, shape);
        var validationRows = _options.ValidationSet is { } set ? Rows(set, nameof(_options.ValidationSet), shape) : null;
        var testRows = _options.TestSet is { } testSet ? Rows(testSet, nameof(_options.TestSet), shape) : null;
        using var train = Read(trainRows, channel);
        if (train.Examples.Count < 2)
            throw new InvalidOperationException("Training set has 1 instance, aborting training: two or more are needed.");
        using var validation = validationRows is null ? null : Read(validationRows, channel);
        using var test = testRows is null ? null : Read(testRows, channel);

        // A training that goes on has the seed, as the weights, of its checkpoint.
        var drawsSeed = _options.Seed is null && _options.CheckpointToResume is null;
        var options = drawsSeed ? _options with { Seed = _drawnSeed } : _options;
        var detector = options as AutoencoderAnomalyTrainer.Options;
        detector?.ScoreFor(shape).Check(shape);
        // The ranks of a training hold out the same rows, whatever seed each has drawn and wherever the checkpoint is.
        using var ranks = new TrainingRanks(options.Exchange);
        var seed = detector is null ? 0 : ranks.Broadcast(() => Seed(options));
        var split = detector is not null && validation is null ? HoldOut(train.Examples, detector.HeldOutFraction, seed) : default;
        using var rest = split.Remaining;
        using var heldOutRows = split.HeldOut;
        if (detector is not null && (heldOutRows ?? validation!.Examples).Count is var rows && rows < detector.Threshold.FewestRows)
            throw new InvalidOperationException(
                $"The rule of the threshold needs {detector.Threshold.FewestRows} rows or more that are held out of the training; there are"
                + $" {rows}: raise HeldOutFraction, set a ValidationSet, or use HeldOutQuantile, which does with fewer.");
        var architecture = ArchitectureFor(shape, input.Schema[Columns.Input].Type, channel);
        if (train.IsSparse && architecture is VectorArchitecture { Scaling: FeatureScaling.MeanVariance or FeatureScaling.Robust } scaled)
            channel.Warning(
                MessageSensitivity.None,
                $"The vectors of column '{Columns.Input}' are sparse, and Scaling is {scaled.Scaling}: a slot that few rows set gets values"
                + " far from 0. Set Scaling = FeatureScaling.None in a VectorArchitecture where slots are counts or categories.");
        using var model = new SharedModel(new TrainedModel(architecture.Build(options.Seed ?? _drawnSeed)));
        var trainer = new AutoencoderTrainer(model.Model.Network, options);
        var heldOut = validation is null ? options.ValidationSetFraction : 0;
        var examples = rest ?? train.Examples;
        var log = new TrainingLog(channel, options, (long)(examples.Count * (1 - heldOut)), shape: shape);
        TrainingHistory history;
        try
        {
            history = trainer.Train(examples, validation?.Examples, test?.Examples, log, options.CancellationToken);
        }
        catch (EmptySlotException e)
        {
            var column = input.Schema[e.IsOfTargets ? Columns.Target ?? Columns.Input : Columns.Input];
            throw new InvalidOperationException(
                $"Column '{column.Name}' has no value in slot {ImageColumn.NameOfSlot(column, e.Slot)} of any row that is learned from:"
                + " leave the slot out.", e);
        }
        if (history.Outcome == TrainingOutcome.Canceled)
            throw new OperationCanceledException("The training was canceled.", options.CancellationToken);
        if (history.Outcome == TrainingOutcome.StoppedEarly)
            channel.Info(MessageSensitivity.None, $"Stopped early: {history.StopReason}.");
        if (detector is null)
            return new TrainedAutoencoder(model.Share(), history);
        var engine = model.Model.EngineFor(options.ScoringEngine, warn: problem => channel.Warning(MessageSensitivity.None, problem));
        var learning = new DetectorLearning(model.Model, engine, examples, heldOutRows ?? validation!.Examples);
        // A share that is made before the learning would not be disposed where that fails.
        var learned = learning.Learn(detector, seed);
        return new TrainedAutoencoder(model.Share(), history, learned);
    }

    /// <summary>The shape of the inputs: what the architecture says, or what the column is.</summary>
    private InputShape ShapeOf(DataViewSchema schema) => _options.Architecture switch
    {
        null => Columns.FindInput(schema, shape: null, ShapeRemedy).Shape,
        VectorArchitecture { Length: null } => Columns.FindVectors(schema).Shape,
        var architecture => Columns.FindInput(schema, architecture.InputShape).Shape,
    };

    /// <summary>The network that the options name, or the one that fits the inputs.</summary>
    private AutoencoderArchitecture ArchitectureFor(InputShape shape, DataViewType type, IChannel channel)
    {
        if (_options.Architecture is { } known)
            return known.For(shape);
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

    /// <summary>Cuts the rows for a detector's threshold from those that it learns from.</summary>
    /// <exception cref="InvalidOperationException">There are too few rows.</exception>
    private static (TrainingExamples Remaining, TrainingExamples HeldOut) HoldOut(TrainingExamples examples, double fraction, int seed)
    {
        try
        {
            // Another one than that of the trainer's own validation set: the same would find the same rows again, which are gone.
            return examples.Split(fraction, (int)MurmurHash.Seed(seed, examples.Count));
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or InvalidOperationException)
        {
            throw new InvalidOperationException(
                $"HeldOutFraction is {fraction}, which of {examples.Count} rows holds none out, or leaves fewer than two to learn from:"
                + " change it, or set a ValidationSet.",
                e);
        }
    }

    /// <summary>The seed of the training, also of one that goes on.</summary>
    private int Seed(AutoencoderOptions options) => options.Seed
        ?? (options.CheckpointToResume is { } checkpoint ? TrainingCheckpoint.ReadSeed(checkpoint) : _drawnSeed);

    private ImageRows Rows(IDataView view, string? option, InputShape shape)
    {
        var role = option is null ? "" : $"{option} ";
        var images = ImageColumn.Find(view.Schema, Columns.Input, role + Columns.InputRole, shape);
        var targets = Columns.Target is { } name && name != Columns.Input
            ? ImageColumn.Find(view.Schema, name, role + "target", shape)
            : null;
        return new(view, images, targets, option) { MasksMissing = _options.Architecture?.MasksMissing is true };
    }

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
