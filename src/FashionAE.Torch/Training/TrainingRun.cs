using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// The training examples, the validation examples that decide which epoch is best, and the test examples whose loss is recorded.
/// </summary>
internal readonly record struct TrainingSets(TrainingExamples Train, TrainingExamples? Validation, TrainingExamples? Test);

/// <summary>
/// Runs one training. Holds the model, the optimizer, the running mean of the weights, the best weights, the finished epochs and the ranks.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    private const int ReportEvery = 20;

    private readonly TrainingOptions _options;
    private readonly TrainingSets _sets;
    private readonly TrainingRanks _ranks;
    private readonly int _seed;
    private readonly AdamOptimizer _optimizer;
    private readonly FrozenLayers _frozen;
    private readonly WeightAverage? _average;
    private readonly Dictionary<string, Tensor> _best;
    private TrainingCallback[] _callbacks = [];
    private TrainingOutcome _outcome = TrainingOutcome.Completed;
    private MeanImage? _meanImage;
    private double _firstSquaredError;
    private double _squaredError;

    public TrainingRun(Autoencoder model, TrainingOptions options, TrainingSets sets, TrainingRanks ranks, int seed)
    {
        (Model, _options, _sets, _ranks, _seed) = (model, options, sets, ranks, seed);
        model.to(options.Device);
        model.eval();
        State = new TrainingState(model, options, sets, ranks.Rank);
        // The fingerprint reads every pixel, so it is only computed if needed: for a checkpoint or to compare ranks.
        Fingerprint = options.CheckpointPath is null && ranks.IsAlone
            ? [] : TrainingCheckpoint.Fingerprint(options, seed, model, sets.Train);
        _optimizer = new AdamOptimizer(
            model.parameters(), options.WeightDecay, options.Optimizer == OptimizerKind.AdamW, model.buffers());
        _frozen = new FrozenLayers(model, options.FrozenPart);
        _average = options.AveragingDecay is { } decay ? new WeightAverage(model, decay, _frozen.Names) : null;
        using var scope = NewDisposeScope();
        _best = model.state_dict().ToDictionary(s => s.Key, s => s.Value.detach().clone().DetachFromDisposeScope());
    }

    public Autoencoder Model { get; }

    public TrainingState State { get; }

    public Dictionary<string, string> Fingerprint { get; }

    public static void Copy(Dictionary<string, Tensor> source, Dictionary<string, Tensor> target)
    {
        using var _ = no_grad();
        foreach (var (name, tensor) in source)
            target[name].copy_(tensor);
    }

    public TrainingHistory Train(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        using var activity = TrainingTelemetry.Begin(Model);
        try
        {
            Begin();
            // A resumed training may have been compared with the mean image before, and its first error is not known.
            if (progress is not null && State.Records.Count == 0)
                _meanImage = new MeanImage(Model.InputShape, _options.Device);
            _callbacks =
            [
                new EarlyStopping(_options.EarlyStoppingPatience),
                new CheckpointWriting(_options.CheckpointPath, this),
                new TrainingTelemetry(activity),
                .. _options.Callbacks,
                // Progress reports come after all callbacks that may stop the training.
                new ProgressReporting(
                    progress, _options.LearningRate, () => _meanImage?.Compare(_firstSquaredError, _squaredError, State.Step)),
            ];
            Notify(callback => callback.OnTrainingBegin(State));
            while (State.Records.Count < _options.Epochs && !IsInterrupted(cancellationToken))
                TrainEpoch(cancellationToken);
        }
        finally
        {
            Copy(_best, Model.state_dict());
            Model.eval();
            State.DiscardEpoch();
        }
        var history = new TrainingHistory(State.Records, _outcome)
        {
            StopReason = _outcome == TrainingOutcome.StoppedEarly ? State.StopReason ?? "another rank stopped it" : null,
        };
        Notify(callback => callback.OnTrainingEnd(State, history));
        return history;
    }

    /// <summary>Returns all tensors of the training with their names in a checkpoint.</summary>
    public Dictionary<string, Tensor> Tensors()
    {
        var optimizer = _optimizer.State(Model.named_parameters()).ToDictionary();
        (string Prefix, Dictionary<string, Tensor> Tensors)[] parts =
            [("last.", Model.state_dict()), ("best.", _best), ("average.", _average?.Means ?? []), ("optimizer.", optimizer)];
        return parts.SelectMany(part => part.Tensors.Select(t => (part.Prefix + t.Key, t.Value))).ToDictionary();
    }

    /// <summary>Writes a checkpoint between two epochs. Expects the model to have the weights that were validated.</summary>
    public void SaveCheckpoint(string path)
    {
        _average?.Swap();
        TrainingCheckpoint.Save(path, this);
        _average?.Swap();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _frozen.Dispose();
        _average?.Dispose();
        _meanImage?.Dispose();
        foreach (var tensor in _best.Values)
            tensor.Dispose();
    }

    /// <summary>Copies the state of rank 0 to all ranks: that of the checkpoint to resume from, or the initial one.</summary>
    private void Begin()
    {
        if (!_ranks.IsAlone)
            _ranks.RequireSame(new Dictionary<string, string>(Fingerprint)
            {
                [nameof(_options.Epochs)] = $"{_options.Epochs}",
                [nameof(_options.EarlyStoppingPatience)] = $"{_options.EarlyStoppingPatience}",
                ["validation data"] = _sets.Validation?.Description ?? "",
                ["test data"] = _sets.Test?.Description ?? "",
            });
        State.Add(_ranks.Broadcast(() => _options.CheckpointToResume is { } path ? TrainingCheckpoint.Load(path, this) : []));
        State.DiscardEpoch();
        _ranks.Broadcast(Tensors().Values);
    }

    private void Notify(Action<TrainingCallback> notify)
    {
        using var noGradient = no_grad();
        foreach (var callback in _callbacks)
        {
            using var scope = NewDisposeScope();
            notify(callback);
        }
    }

    private bool IsInterrupted(CancellationToken cancellationToken)
    {
        if (!_ranks.Any(cancellationToken.IsCancellationRequested || State.StopReason is not null))
            return false;
        _outcome = _ranks.Any(cancellationToken.IsCancellationRequested) ? TrainingOutcome.Canceled : TrainingOutcome.StoppedEarly;
        State.DiscardEpoch();
        return true;
    }

    /// <summary>Trains on all examples once and validates the weights. An interrupted epoch adds no record.</summary>
    private void TrainEpoch(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        if (Learn(cancellationToken) is not { } examples)
            return;
        Model.eval();
        _ranks.Average([.. Model.state_dict().Values, .. (_average?.Means ?? []).Values]);
        // The averaged weights are validated and kept. The training continues with the current weights.
        _average?.Swap();
        var (validationLoss, testLoss) = (LossOn(_sets.Validation), LossOn(_sets.Test));
        // Use the record of rank 0, so that all ranks make the same decisions.
        var record = _ranks.Broadcast(() => new EpochRecord(
            State.Epoch, State.Loss, validationLoss, testLoss, State.LearningRate, watch.Elapsed.TotalSeconds)
        {
            TrainExamples = examples,
            ValidationExamples = _sets.Validation?.Count,
            TestExamples = _sets.Test?.Count,
        });
        CheckFinite(record);
        State.Add(record);
        if (ReferenceEquals(State.Best, record))
            Copy(Model.state_dict(), _best);
        Notify(callback => callback.OnEpochEnd(State));
        _average?.Swap();
    }

    /// <summary>Trains on all examples once.</summary>
    /// <returns>The number of examples; null if the training was interrupted.</returns>
    private long? Learn(CancellationToken cancellationToken)
    {
        using var random = Random(MurmurHash.Seed(_seed, State.Records.Count + 1));
        using var losses = new Losses(_options);
        using var batches = _sets.Train
            .Shuffled(_options.AugmentedCopies, _options.BatchSize, random.Order, _options.Device).GetEnumerator();
        var learningRateAt = _options.LearningRates(State.Records, State.Batches);
        var examples = 0L;
        _frozen.BeginTraining();
        for (var batch = 0; batch < State.Batches; batch++)
        {
            if (batch > 0 && IsInterrupted(cancellationToken))
                return null;
            examples += Pass(batches, random, losses, isLearning: true)
                ?? throw new InvalidOperationException("There are fewer examples than in the epoch before.");
            var learningRate = learningRateAt(batch);
            _optimizer.Step(learningRate, _options.GradientClipNorm, _ranks);
            State.AddStep(learningRate, losses);
            _average?.Update(State.Step);
            if (State.Step == 1)
                _firstSquaredError = _ranks.Sum(losses.SquaredError) / examples;
            if (State.Batch % ReportEvery == 0 || State.Batch == State.Batches)
                State.LossOfAll = CheckFinite(_ranks.Sum(losses.Loss) / examples);
            // If a callback runs the model, batch normalization statistics and the random numbers of dropout must not change.
            if (_options.Callbacks.Count > 0)
                Model.eval();
            Notify(callback => callback.OnStepEnd(State));
            if (!Model.training)
                _frozen.BeginTraining();
        }
        _squaredError = _ranks.Sum(losses.SquaredError) / examples;
        return examples;
    }

    /// <summary>Computes the mean loss without training. Each image is augmented once, in the same way on every call.</summary>
    private double? LossOn(TrainingExamples? examples)
    {
        if (examples is null)
            return null;
        using var noGradient = no_grad();
        using var random = Random(_seed);
        using var losses = new Losses(_options);
        using var batches = examples.InOrder(TorchPass.UsualBatchSize, _options.Device).GetEnumerator();
        while (Pass(batches, random, losses, isLearning: false) is not null)
        {
        }
        return _ranks.Sum(losses.Loss) / examples.Count;
    }

    private PassRandom Random(long seed)
    {
        var dropouts = Model.modules().OfType<SeededDropout>().ToArray();
        var hasUserCode = !Model.IsBuiltIn
            || _options.Loss.HasUserCode
            || _options.Augmentation is not (null or GaussianNoise or RandomRotation);
        void Lend(Generator? generator) => Array.ForEach(dropouts, dropout => dropout.Generator = generator);
        return new PassRandom(seed, _ranks.Rank, _options.Device, hasUserCode, Lend);
    }

    /// <summary>
    /// Runs this rank's part of the next batch through the network, and adds its losses to the sums. For training, also computes the
    /// gradients of this batch.
    /// </summary>
    /// <returns>The number of examples in the batch; null after the last batch.</returns>
    private long? Pass(IEnumerator<TrainingBatch> batches, PassRandom random, Losses losses, bool isLearning)
    {
        using var scope = NewDisposeScope();
        if (!batches.MoveNext())
            return null;
        var (input, target, originals) = batches.Current;
        var examples = target.shape[0];
        var (part, count) = _ranks.PartOf(examples);
        if (isLearning && State.Records.Count == 0)
            _meanImage?.Add(Model.Scale(target));
        // Other ranks may be threads of this process, so the exchange happens outside the step.
        return random.Step<long?>(() =>
        {
            var seen = Augment(input, isLearning && _options.AugmentedCopies > 0 ? originals : 0, part, random.Noise);
            var (output, goal) = Model.Compare(seen, part.Of(target));
            var loss = losses.Add(output, goal, count);
            if (!isLearning)
                return examples;
            _optimizer.ClearGradients();
            // The sum over the ranks must be the gradient of the mean loss of the whole batch.
            (count == examples ? loss : loss.Times((double)count / examples)).backward();
            return examples;
        });
    }

    private Tensor Augment(Tensor images, int originals, BatchPart part, Generator noise)
    {
        var copies = images.shape[0] - originals;
        if (_options.Augmentation is not { } augmentation || copies == 0)
            return part.Of(images);
        if (originals == 0)
            return augmentation.ApplyToPart(images, noise, part.First, part.Step);
        var (kept, ofCopies) = (part.Of(images.narrow(0, 0, originals)), part.After(originals));
        return cat([kept, augmentation.ApplyToPart(images.narrow(0, originals, copies), noise, ofCopies.First, ofCopies.Step)]);
    }

    private double CheckFinite(double loss) => double.IsFinite(loss)
        ? loss
        : throw NotFinite($"The loss became {loss} in epoch {State.Epoch}, at batch {State.Batch} of {State.Batches}", loss);

    /// <summary>
    /// Throws an exception if a loss or a tensor of the model is infinite or NaN. The loss can be finite although batch normalization
    /// statistics are not, and the validation loss can be infinite or NaN although the training loss is not.
    /// </summary>
    private void CheckFinite(EpochRecord record)
    {
        using var scope = NewDisposeScope();
        if (Array.Find([record.ValidationLoss, record.TestLoss], loss => !double.IsFinite(loss ?? 0)) is { } bad)
            throw NotFinite($"A loss became {bad} in epoch {record.Epoch}", bad);
        if (Model.state_dict().FirstOrDefault(s => !s.Value.isfinite().all().item<bool>()).Key is { } name)
            throw NotFinite($"'{name}' became infinite or NaN in epoch {record.Epoch}", double.NaN, "or use batches of more than one");
    }

    // Infinite values and NaN may come from the data: they are rejected only in data views and in rows from which a scaling is learned.
    private string OrData => Model.InputShape.IsVector ? "or look for values that are infinite, NaN or far from the others, " : "";

    private NotFiniteNumberException NotFinite(string what, double value, string otherRemedy = "or clip the gradients") =>
        new($"{what}: lower the learning rate (it is {State.LearningRate}) {OrData}{otherRemedy}.{_options.Loss.ReasonForNaN}", value);
}
