namespace FashionAE.Torch;

/// <summary>Trains an autoencoder to reconstruct its input.</summary>
/// <remarks>
/// Each call of <c>Train</c> starts with the current weights of the model. The class is thread-safe: calls from several threads run one
/// after another.
/// </remarks>
public sealed class AutoencoderTrainer
{
    private readonly Autoencoder _model;
    private readonly TrainingOptions _options;
    private readonly Lock _turn = new();

    /// <summary>Initializes a new instance of the <see cref="AutoencoderTrainer"/> class.</summary>
    /// <param name="model">The model to train. Its weights change in place, and it moves to the device in the options.</param>
    /// <param name="options">The training options. They are copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">
    /// A setting of the loss does not fit the model, or the model does not have the part to freeze.
    /// </exception>
    public AutoencoderTrainer(Autoencoder model, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        options.Loss.Check(model.InputShape.Size);
        FrozenLayers.Check(model, options.FrozenPart);
        if (options.Loss.NeedsUnitRange && model.Architecture is VectorArchitecture { OutputActivation: not ActivationKind.Sigmoid })
            throw new ArgumentException(
                $"{nameof(BinaryCrossEntropyLoss)} needs outputs and targets in [0, 1]: set OutputActivation = ActivationKind.Sigmoid in"
                + " the VectorArchitecture, with Scaling = FeatureScaling.MinMax, or None if the values are in [0, 1].",
                nameof(options));
        (_model, _options) = (model, options with { });
    }

    /// <summary>Trains the model, and leaves it in evaluation mode with the weights of the best epoch.</summary>
    /// <remarks>
    /// The randomness of an epoch depends only on the seed and the epoch's number. For the networks, losses and augmentations of FashionAE,
    /// it is independent of everything else in the process, and torch's default generator is not used. A custom network, loss or
    /// augmentation may draw from that generator, which is seeded before each step. Other threads that draw from it during the step change
    /// the results. If several threads train, only one step runs at a time.
    /// </remarks>
    /// <param name="train">The images to train on.</param>
    /// <param name="validation">
    /// The images that decide which epoch is best. If it is null, <see cref="TrainingOptions.ValidationSetFraction"/> of the training
    /// images are held out for this.
    /// </param>
    /// <param name="test">
    /// The images whose loss is recorded after every epoch. The loss has no effect on the training. Null for none.
    /// </param>
    /// <param name="progress">
    /// The receiver of progress reports; null for none. Rank 0 reports every few batches and at the end of every epoch, on the training
    /// thread, after it has called the <see cref="TrainingOptions.Callbacks"/>.
    /// </param>
    /// <param name="cancellationToken">
    /// The token that ends the training on all ranks after a batch. The unfinished epoch is discarded.
    /// </param>
    /// <returns>The history of the training.</returns>
    /// <exception cref="ArgumentException">
    /// There are too few images. They do not have the model's input shape. An option does not support them. The scaling of vectors cannot
    /// be learned from their values.
    /// </exception>
    /// <exception cref="NotFiniteNumberException">
    /// The loss, or a value of the model, became infinite or NaN. The model has the weights of the best epoch before that.
    /// </exception>
    /// <exception cref="InvalidDataException">The checkpoint to resume from is corrupt or belongs to another training.</exception>
    /// <exception cref="IOException">The checkpoint could not be written. The previous checkpoint is intact.</exception>
    /// <exception cref="InvalidOperationException">
    /// The ranks have different options or data. A custom loss returned a value that is not a scalar with a gradient. A part is frozen
    /// although the network has not learned its scaling yet.
    /// </exception>
    public TrainingHistory Train(
        ImageSet train, ImageSet? validation = null, ImageSet? test = null, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        using var trainExamples = new TensorExamples(train.Images);
        using var validationExamples = validation is null ? null : new TensorExamples(validation.Images);
        using var testExamples = test is null ? null : new TensorExamples(test.Images);
        return Train(trainExamples, validationExamples, testExamples, progress, cancellationToken);
    }

    /// <inheritdoc cref="Train(ImageSet, ImageSet?, ImageSet?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public TrainingHistory Train(
        TrainingExamples train, TrainingExamples? validation = null, TrainingExamples? test = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        Check(train, nameof(train), fewest: 2);
        Check(validation, nameof(validation));
        Check(test, nameof(test));
        lock (_turn)
        {
            using var ranks = new TrainingRanks(_options.Exchange);
            var seed = ranks.Broadcast(() => _options.Seed
                ?? (_options.CheckpointToResume is { } checkpoint ? TrainingCheckpoint.ReadSeed(checkpoint) : Random.Shared.Next()));
            var isSplit = validation is null && _options.ValidationSetFraction > 0;
            var split = isSplit ? train.Split(_options.ValidationSetFraction, seed) : default;
            using var rest = split.Remaining;
            using var heldOut = split.HeldOut;
            // A resumed training uses the scaling in its checkpoint.
            if (_options.CheckpointToResume is null)
                ScalingLearning.Learn(_model, rest ?? train, seed, _options.FrozenPart, cancellationToken);
            using var run = new TrainingRun(_model, _options, new(rest ?? train, validation ?? heldOut, test), ranks, seed);
            return run.Train(ranks.IsFirst ? progress : null, cancellationToken);
        }
    }

    private void Check(TrainingExamples? examples, string name, int fewest = 1)
    {
        if (examples is null)
            return;
        if (examples.Count == 0)
            throw new ArgumentException($"'{name}' contains no {_model.InputShape.Noun}s.", name);
        if (examples.Count < fewest)
            throw new ArgumentException($"There is one {_model.InputShape.Noun} to train on; at least two are needed.", name);
        if (examples.Shape != _model.InputShape)
            throw new ArgumentException(
                $"'{name}' contains {examples.Shape.Description}, but the model expects {_model.InputShape.Description}.", name);
        if (examples.Shape.IsVector && _options.Augmentation is { } augmentation and (RandomRotation or GaussianNoise))
            throw new ArgumentException(
                $"{augmentation.GetType().Name} is for images: use a custom augmentation for vectors, or dropout.", name);
        if (_options.SimilarityWeight > 0 && !ImageQuality.HasWindow(examples.Shape))
            throw new ArgumentException(
                $"SimilarityWeight needs images of at least {ImageQuality.SimilarityWindow}x{ImageQuality.SimilarityWindow} pixels;"
                + $" the {name} {examples.Shape.Noun}s are {examples.Shape}.", name);
    }
}
