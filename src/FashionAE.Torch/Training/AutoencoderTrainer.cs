using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Trains an autoencoder to give back its input.</summary>
public sealed class AutoencoderTrainer
{
    private const int ReportEvery = 20;

    private readonly Autoencoder _model;
    private readonly TrainingOptions _options;
    private int _seed;

    /// <summary>Initializes a new instance of the <see cref="AutoencoderTrainer"/> class.</summary>
    /// <param name="model">The model to train; its weights change in place, and it is moved to the options' device.</param>
    /// <param name="options">How it is trained; they are copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public AutoencoderTrainer(Autoencoder model, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_model, _options) = (model, options with { });
    }

    /// <summary>
    /// Trains, and leaves the model in evaluation mode with the weights of the best epoch. An epoch's randomness comes from the seed and
    /// the epoch's number alone: with a network and an augmentation of FashionAE whatever else the process loads, builds, draws or trains,
    /// and without touching torch's default generator. A network or an augmentation of your own may draw from that generator, which each
    /// step then seeds; there, code of yours that draws from it on another thread at the same moment changes the numbers. Steps of
    /// trainings on several threads take turns.
    /// </summary>
    /// <param name="train">The images to learn from.</param>
    /// <param name="validation">The images to choose the best epoch by; null to hold out a part of <paramref name="train"/>, or none.</param>
    /// <param name="test">Images whose loss is recorded and decides nothing; null for none.</param>
    /// <param name="progress">The receiver of progress, every few batches and at the end of every epoch, on rank 0 alone; null for none.</param>
    /// <param name="cancellationToken">The token that ends the training, on all ranks, after the running batch; the unfinished epoch is discarded.</param>
    /// <returns>The course of the training.</returns>
    /// <exception cref="ArgumentException">There are no images, or they are not of the model's shape.</exception>
    /// <exception cref="NotFiniteNumberException">The loss became infinite or no number; the model has the best weights before that.</exception>
    /// <exception cref="InvalidDataException">The checkpoint to resume from is corrupt or belongs to another training.</exception>
    /// <exception cref="IOException">The checkpoint could not be written; the one before it is whole.</exception>
    /// <exception cref="InvalidOperationException">Ranks that an exchange joins have different options or data.</exception>
    public TrainingHistory Train(
        ImageSet train, ImageSet? validation = null, ImageSet? test = null, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var trainExamples = Examples(train, nameof(train));
        using var validationExamples = validation is null ? null : Examples(validation, nameof(validation));
        using var testExamples = test is null ? null : Examples(test, nameof(test));
        return Train(trainExamples, validationExamples, testExamples, progress, cancellationToken);
    }

    /// <summary>Trains as <see cref="Train(ImageSet, ImageSet?, ImageSet?, IProgress{TrainingProgress}?, CancellationToken)"/> does, on examples of any source.</summary>
    /// <param name="train">The examples to learn from.</param>
    /// <param name="validation">The examples to choose the best epoch by; null to hold out a part of <paramref name="train"/>, or none.</param>
    /// <param name="test">Examples whose loss is recorded and decides nothing; null for none.</param>
    /// <param name="progress">The receiver of progress, every few batches and at the end of every epoch, on rank 0 alone; null for none.</param>
    /// <param name="cancellationToken">The token that ends the training, on all ranks, after the running batch; the unfinished epoch is discarded.</param>
    /// <returns>The course of the training.</returns>
    /// <exception cref="ArgumentException">There are no examples, or they are not of the model's shape.</exception>
    /// <exception cref="NotFiniteNumberException">The loss became infinite or no number; the model has the best weights before that.</exception>
    /// <exception cref="InvalidDataException">The checkpoint to resume from is corrupt or belongs to another training.</exception>
    /// <exception cref="IOException">The checkpoint could not be written; the one before it is whole.</exception>
    /// <exception cref="InvalidOperationException">Ranks that an exchange joins have different options or data.</exception>
    public TrainingHistory Train(
        TrainingExamples train, TrainingExamples? validation = null, TrainingExamples? test = null, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Check(train, nameof(train));
        foreach (var (examples, name) in new[] { (validation, nameof(validation)), (test, nameof(test)) })
            if (examples is not null)
                Check(examples, name);

        using var ranks = new TrainingRanks(_options.Exchange);
        _seed = ranks.Broadcast(() => _options.Seed ?? (_options.CheckpointToResume is { } checkpoint ? TrainingCheckpoint.ReadSeed(checkpoint) : Random.Shared.Next()));
        var split = validation is null && _options.ValidationSetFraction > 0 ? train.Split(_options.ValidationSetFraction, _seed) : default;
        using var rest = split.Remaining;
        using var heldOut = split.HeldOut;
        return Run(ranks, rest ?? train, validation ?? heldOut, test, ranks.IsFirst ? progress : null, cancellationToken);
    }

    private TrainingHistory Run(
        TrainingRanks ranks, TrainingExamples train, TrainingExamples? validation, TrainingExamples? test, IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        _model.to(_options.Device);
        using var optimizer = new AdamOptimizer(_model.parameters(), _options.WeightDecay, _options.Optimizer == OptimizerKind.AdamW, _model.buffers());
        using var average = _options.AveragingDecay is { } decay ? new WeightAverage(_model, decay) : null;
        using var meanImage = new MeanImage();
        var best = CloneState();
        try
        {
            // It reads every pixel: for a checkpoint, which holds it, and for ranks, which must agree about it.
            var fingerprint = _options.CheckpointPath is null && ranks.IsAlone
                ? []
                : TrainingCheckpoint.Fingerprint(_options, _seed, _model, train);
            var epochs = Begin(ranks, train, validation, test, best, average, optimizer, fingerprint);
            var batches = train.CountBatches(_options.AugmentedCopies, _options.BatchSize);
            // A training that goes on was compared before, and its first error is not known.
            var isCompared = progress is null || epochs.Count > 0;
            double? firstSquaredError = null;
            while (epochs.Count < _options.Epochs && !IsStuck(epochs))
            {
                var watch = Stopwatch.StartNew();
                var targets = isCompared || epochs.Count > 0 ? null : meanImage;
                if (TrainEpoch(ranks, epochs, train, batches, optimizer, average, targets, progress, cancellationToken) is not { } trained)
                    return new TrainingHistory(epochs, TrainingOutcome.Canceled);
                firstSquaredError ??= trained.FirstSquaredError;
                ranks.Average(_model.state_dict().Values);
                ranks.Average(average?.State.Select(t => t.Mean) ?? []);
                // What is judged and kept are the averaged weights; what goes on learning are the others.
                average?.Swap();
                var (validationLoss, testLoss) = (LossOn(validation, ranks), LossOn(test, ranks));
                // The first rank's record, so that all decide the same by it.
                var record = ranks.Broadcast(() => new EpochRecord(
                    epochs.Count + 1, trained.Loss, validationLoss, testLoss, trained.LearningRate, watch.Elapsed.TotalSeconds)
                {
                    TrainExamples = trained.Examples,
                    ValidationExamples = validation?.Count,
                    TestExamples = test?.Count,
                });
                CheckFinite(record);
                epochs.Add(record);
                if (ReferenceEquals(new TrainingHistory(epochs, default).Best, record))
                    CopyState(_model.state_dict(), best);
                var steps = (long)record.Epoch * batches;
                var isTime = !isCompared
                    && (steps >= MeanImageComparison.StepsToJudge(_options.LearningRate)
                        || record.Epoch == _options.Epochs || IsStuck(epochs));
                isCompared |= isTime;
                progress?.Report(new TrainingProgress(record.Epoch, _options.Epochs, batches, batches, trained.Loss, record)
                {
                    Comparison = isTime ? meanImage.Compare(firstSquaredError.Value, trained.SquaredError, steps) : null,
                });
                average?.Swap();
                if (_options.CheckpointPath is not null && ranks.IsFirst)
                    TrainingCheckpoint.Save(_options.CheckpointPath, _model, best, average, optimizer, epochs, fingerprint);
            }
            return new TrainingHistory(epochs, epochs.Count < _options.Epochs ? TrainingOutcome.StoppedEarly : TrainingOutcome.Completed);
        }
        finally
        {
            CopyState(best, _model.state_dict());
            _model.eval();
            foreach (var tensor in best.Values)
                tensor.Dispose();
        }
    }

    /// <summary>The finished epochs, with all state as it was after them, on all ranks; no epochs where nothing is resumed.</summary>
    private List<EpochRecord> Begin(
        TrainingRanks ranks, TrainingExamples train, TrainingExamples? validation, TrainingExamples? test,
        Dictionary<string, Tensor> best, WeightAverage? average, AdamOptimizer optimizer, Dictionary<string, string> fingerprint)
    {
        if (!ranks.IsAlone)
            ranks.RequireSame(new Dictionary<string, string>(fingerprint)
            {
                [nameof(_options.Epochs)] = $"{_options.Epochs}",
                [nameof(_options.EarlyStoppingPatience)] = $"{_options.EarlyStoppingPatience}",
                ["validation data"] = validation?.Description ?? "",
                ["test data"] = test?.Description ?? "",
            });
        var epochs = ranks.Broadcast(() => _options.CheckpointToResume is { } path
            ? TrainingCheckpoint.Load(path, _model, best, average, optimizer, fingerprint)
            : new List<EpochRecord>());
        if (ranks.IsAlone)
            return epochs;
        var state = optimizer.ReadState(_model.named_parameters());
        ranks.Broadcast([.. _model.state_dict().Values, .. best.Values, .. average?.State.Select(t => t.Mean) ?? [], .. state.Values]);
        optimizer.WriteState(_model.named_parameters(), state);
        foreach (var tensor in state.Values)
            tensor.Dispose();
        return epochs;
    }

    /// <summary>Goes through all examples once; null when it was canceled.</summary>
    private (double Loss, double FirstSquaredError, double SquaredError, long Examples, double LearningRate)? TrainEpoch(
        TrainingRanks ranks, List<EpochRecord> before, TrainingExamples train, int count, AdamOptimizer optimizer, WeightAverage? average,
        MeanImage? meanImage, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var epoch = before.Count + 1;
        using var random = new PassRandom(_model, _options.Augmentation, MurmurHash.Seed(_seed, epoch), ranks.Rank, _options.Device);
        using var batches = train.Shuffled(_options.AugmentedCopies, _options.BatchSize, random.Order, _options.Device).GetEnumerator();
        var firstStep = (epoch - 1L) * count;
        var learningRateAt = _options.LearningRates(before, count);

        _model.train();
        using var sums = new LossSums(_options);
        var (seen, mean, firstSquaredError, learningRate) = (0L, 0.0, 0.0, 0.0);
        for (var batch = 0; batch < count; batch++)
        {
            if (ranks.Any(cancellationToken.IsCancellationRequested))
                return null;
            learningRate = learningRateAt(batch);
            seen += Step(ranks, batches, optimizer, learningRate, random, sums, meanImage);
            average?.Update(firstStep + batch + 1);
            if (firstStep + batch == 0)
                firstSquaredError = ranks.Sum(sums.SquaredError) / seen;
            if ((batch + 1) % ReportEvery == 0 || batch + 1 == count)
            {
                mean = ranks.Sum(sums.Loss) / seen;
                if (!double.IsFinite(mean))
                    throw new NotFiniteNumberException(
                        $"The loss became {mean} in epoch {epoch}, by batch {batch + 1} of {count}: lower the learning rate (it is {learningRate}) or clip the gradients.", mean);
                progress?.Report(new TrainingProgress(epoch, _options.Epochs, batch + 1, count, mean, null));
            }
        }
        return (mean, firstSquaredError, ranks.Sum(sums.SquaredError) / seen, seen, learningRate);
    }

    /// <summary>Learns from the next batch, and adds the summed loss of this rank's part of it to the others.</summary>
    /// <returns>How many examples the batch has.</returns>
    private long Step(
        TrainingRanks ranks, IEnumerator<TrainingBatch> batches, AdamOptimizer optimizer, double learningRate, PassRandom random,
        LossSums sums, MeanImage? meanImage)
    {
        using var scope = NewDisposeScope();
        if (!batches.MoveNext())
            throw new InvalidOperationException("There are fewer examples than there were before.");
        var (input, target, originals) = batches.Current;
        var examples = target.shape[0];
        meanImage?.Add(target);
        var (part, count) = ranks.PartOf(examples);
        // Other ranks may be threads of this process: they are waited for afterwards.
        random.Step(() =>
        {
            var loss = sums.Add(_model.call(Augment(input, originals, random.Noise, part)), part.Of(target), count);
            optimizer.ClearGradients();
            // Summed over the ranks, the gradients of their parts' mean losses shall be that of the batch's.
            (count == examples ? loss : loss.Times((double)count / examples)).backward();
        });
        optimizer.Step(learningRate, _options.GradientClipNorm, ranks);
        return examples;
    }

    private Tensor Augment(Tensor images, int originals, Generator noise, BatchPart part)
    {
        if (_options.Augmentation is null)
            return part.Of(images);
        if (_options.AugmentedCopies == 0 || originals == 0)
            return _options.Augmentation.ApplyToPart(images, noise, part.First, part.Step);
        var copies = images.shape[0] - originals;
        if (copies == 0)
            return part.Of(images);
        var ofCopies = part.After(originals);
        return cat([part.Of(images.narrow(0, 0, originals)), _options.Augmentation.ApplyToPart(images.narrow(0, originals, copies), noise, ofCopies.First, ofCopies.Step)]);
    }

    /// <summary>The mean loss without learning; every image is changed once, in the same way every time.</summary>
    private double? LossOn(TrainingExamples? examples, TrainingRanks ranks)
    {
        if (examples is null)
            return null;
        using var noGradient = no_grad();
        using var random = new PassRandom(_model, _options.Augmentation, _seed, ranks.Rank, _options.Device);
        _model.eval();
        using var sums = new LossSums(_options);
        using var batches = examples.InOrder(AutoencoderInference.ScoringBatchSize, _options.Device).GetEnumerator();
        while (true)
        {
            using var scope = NewDisposeScope();
            if (!batches.MoveNext())
                return ranks.Sum(sums.Loss) / examples.Count;
            var (input, target, _) = batches.Current;
            var (part, count) = ranks.PartOf(target.shape[0]);
            random.Step(() =>
            {
                var seen = _options.Augmentation?.ApplyToPart(input, random.Noise, part.First, part.Step) ?? part.Of(input);
                sums.Add(_model.call(seen), part.Of(target), count);
            });
        }
    }

    private bool IsStuck(List<EpochRecord> epochs) =>
        _options.EarlyStoppingPatience is { } patience && epochs.Count > 0
        && epochs[^1].Epoch - new TrainingHistory(epochs, default).Best!.Epoch >= patience;

    /// <summary>A loss can be finite where statistics of batch normalization are not, or validation's alone can fail.</summary>
    private void CheckFinite(EpochRecord record)
    {
        using var scope = NewDisposeScope();
        var losses = new[] { record.TrainLoss, record.ValidationLoss, record.TestLoss };
        if (Array.Find(losses, loss => loss is { } value && !double.IsFinite(value)) is { } bad)
            throw new NotFiniteNumberException($"A loss became {bad} in epoch {record.Epoch}: lower the learning rate (it is {record.LearningRate}) or clip the gradients.", bad);
        if (_model.state_dict().FirstOrDefault(s => !s.Value.isfinite().all().item<bool>()).Key is { } name)
            throw new NotFiniteNumberException($"'{name}' became infinite or no number in epoch {record.Epoch}: lower the learning rate (it is {record.LearningRate}), or use batches of more than one.");
    }

    private static TensorExamples Examples(ImageSet images, string name)
    {
        ArgumentNullException.ThrowIfNull(images, name);
        return new TensorExamples(images.Images);
    }

    private void Check(TrainingExamples examples, string name)
    {
        ArgumentNullException.ThrowIfNull(examples, name);
        if (examples.Count == 0 || (examples.Count == 1 && name == "train"))
            throw new ArgumentException(examples.Count == 0 ? $"There are no {name} images." : "There is one image to train on; two or more are needed.", name);
        if (examples.Shape != _model.ImageShape)
            throw new ArgumentException($"The {name} images are {examples.Shape}; the model is made for {_model.ImageShape}.", name);
        if (_options.SimilarityWeight > 0 && !ImageQuality.HasWindow(examples.Shape))
            throw new ArgumentException(
                $"{nameof(_options.SimilarityWeight)} needs images of at least {ImageQuality.SimilarityWindow}x{ImageQuality.SimilarityWindow} pixels; the {name} images are {examples.Shape}.", name);
    }

    private Dictionary<string, Tensor> CloneState()
    {
        using var scope = NewDisposeScope();
        return _model.state_dict().ToDictionary(s => s.Key, s => s.Value.detach().clone().DetachFromDisposeScope());
    }

    private static void CopyState(Dictionary<string, Tensor> source, Dictionary<string, Tensor> target)
    {
        using var _ = no_grad();
        foreach (var (name, tensor) in source)
            target[name].copy_(tensor);
    }
}
