namespace FashionAE.Torch;

/// <summary>Trains an autoencoder to give back its input.</summary>
/// <remarks>It may train again, from the weights that it left, and may be used by several threads: their trainings take turns.</remarks>
public sealed class AutoencoderTrainer
{
    private readonly Autoencoder _model;
    private readonly TrainingOptions _options;
    private readonly Lock _turn = new();

    /// <summary>Initializes a new instance of the <see cref="AutoencoderTrainer"/> class.</summary>
    /// <param name="model">The model to train; its weights change in place, and it is moved to the options' device.</param>
    /// <param name="options">How it is trained; they are copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ArgumentException">
    /// A setting of the loss does not fit the model, or it has no part that is to be frozen.
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
                + " the VectorArchitecture, with Scaling = FeatureScaling.MinMax, or None where the values are in [0, 1].",
                nameof(options));
        (_model, _options) = (model, options with { });
    }

    /// <summary>
    /// Trains, and leaves the model in evaluation mode with the weights of the best epoch. An epoch's randomness comes from the seed and
    /// its number alone: with a network and an augmentation of FashionAE whatever else the process does, and without touching torch's
    /// default generator. A network, loss or augmentation of your own may draw from that generator, which each step then seeds; code that
    /// draws from it on another thread at that moment changes the numbers. Steps of trainings on several threads take turns.
    /// </summary>
    /// <param name="train">The images to learn from.</param>
    /// <param name="validation">The images to choose the best epoch by; null to hold out a part of the others, or none.</param>
    /// <param name="test">Images whose loss is recorded and decides nothing; null for none.</param>
    /// <param name="progress">
    /// The receiver of progress, every few batches and at the end of every epoch, on rank 0 alone; null for none. It is called as the
    /// options' <see cref="TrainingOptions.Callbacks"/> are, after them.
    /// </param>
    /// <param name="cancellationToken">The token that ends all ranks' training after a batch; the unfinished epoch is discarded.</param>
    /// <returns>The course of the training.</returns>
    /// <exception cref="ArgumentException">There are no images, or they are not of the model's shape.</exception>
    /// <exception cref="NotFiniteNumberException">The loss became infinite or NaN; the model has the best weights before that.</exception>
    /// <exception cref="InvalidDataException">The checkpoint to resume from is corrupt or belongs to another training.</exception>
    /// <exception cref="IOException">The checkpoint could not be written; the one before it is whole.</exception>
    /// <exception cref="InvalidOperationException">
    /// Ranks that an exchange joins have different options or data, a loss of your own returned no scalar with a gradient, or a part is
    /// frozen of a network that has not learned its scaling.
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
            // A training that goes on has the scaling of its checkpoint.
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
            throw new ArgumentException($"There are no {name} {_model.InputShape.Noun}s.", name);
        if (examples.Count < fewest)
            throw new ArgumentException($"There is one {_model.InputShape.Noun} to train on; two or more are needed.", name);
        if (examples.Shape != _model.InputShape)
            throw new ArgumentException(
                $"The {name} examples are {examples.Shape.Description}; the model is made for {_model.InputShape.Description}.", name);
        if (examples.Shape.IsVector && _options.Augmentation is { } augmentation and (RandomRotation or GaussianNoise))
            throw new ArgumentException(
                $"{augmentation.GetType().Name} is for images: give vectors an augmentation of your own, or dropout.", name);
        if (_options.SimilarityWeight > 0 && !ImageQuality.HasWindow(examples.Shape))
            throw new ArgumentException(
                $"SimilarityWeight needs images of at least {ImageQuality.SimilarityWindow}x{ImageQuality.SimilarityWindow} pixels;"
                + $" the {name} {examples.Shape.Noun}s are {examples.Shape}.", name);
    }
}
