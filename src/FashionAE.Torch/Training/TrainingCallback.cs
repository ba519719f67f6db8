namespace FashionAE.Torch;

/// <summary>
/// Base class for code that a training calls at its beginning, after every step, after every epoch and at its end. A callback can, for
/// example, stop the training, save its model or log it. Derive from this class, override the methods you need, and add an instance to
/// <see cref="TrainingOptions.Callbacks"/>.
/// </summary>
/// <remarks>
/// <para>Callbacks are called in order on the training thread. They run without gradients; to train something else in a callback, use
/// <c>enable_grad()</c>. Tensors created in a callback are disposed when it returns, unless detached from the dispose scope. A callback can
/// stop the training, but does not change its results otherwise. An exception from a callback ends the training: the model of an
/// <see cref="AutoencoderTrainer"/> has the weights of the best epoch, and <c>Fit</c> of a pipeline throws without returning a
/// model.</para>
/// <para>With several ranks, each rank calls the callbacks in its own options, which may differ between ranks. A callback that prints or
/// writes files should check <see cref="TrainingState.Rank"/>. When a callback of one rank stops the training, all ranks stop after the
/// same step.</para>
/// <para>Trainings with the same options, such as the folds of a cross-validation, share the callback instances. A callback with state must
/// reset it in <see cref="OnTrainingBegin"/>, and works for one training at a time.</para>
/// </remarks>
public abstract class TrainingCallback
{
    /// <summary>Called before the first step, and after the checkpoint to resume from, if there is one, has been read.</summary>
    /// <param name="state">
    /// The training. Its model is in evaluation mode and has the initial weights or, in a resumed training, those of the checkpoint.
    /// </param>
    public virtual void OnTrainingBegin(TrainingState state) { }

    /// <summary>Called after every training step.</summary>
    /// <param name="state">The training. Its model is in evaluation mode and has the weights that are being trained.</param>
    public virtual void OnStepEnd(TrainingState state) { }

    /// <summary>Called after every epoch, when its losses are known and the checkpoint is written.</summary>
    /// <param name="state">
    /// The training. Its model is in evaluation mode and has the weights that were validated: with averaging, the mean weights.
    /// </param>
    public virtual void OnEpochEnd(TrainingState state) { }

    /// <summary>Called when the training ends, unless an exception ended it.</summary>
    /// <param name="state">The training. Its model is in evaluation mode and has the weights of the best epoch.</param>
    /// <param name="history">The history that the training returns.</param>
    public virtual void OnTrainingEnd(TrainingState state, TrainingHistory history) { }
}

/// <summary>Provides a <see cref="TrainingCallback"/> with the state of the training.</summary>
public sealed class TrainingState
{
    private readonly List<EpochRecord> _records = [];
    private readonly TrainingExamples _examples;
    private Losses? _losses;

    internal TrainingState(Autoencoder model, TrainingOptions options, TrainingSets sets, int rank)
    {
        (Model, Epochs, Rank, _examples) = (model, options.Epochs, rank, sets.Validation ?? sets.Train);
        Batches = sets.Train.CountBatches(options.AugmentedCopies, options.BatchSize);
    }

    /// <summary>
    /// Gets the model. Each method of <see cref="TrainingCallback"/> documents which weights it has. You can run the model or save it
    /// (<see cref="AutoencoderFile.Save(Autoencoder, string)"/>), but do not change its weights.
    /// </summary>
    public Autoencoder Model { get; }

    /// <summary>Gets the rank of this process, from 0; 0 if it trains alone.</summary>
    public int Rank { get; }

    /// <summary>Gets the number of the current epoch, or of the one that has just finished, from 1; 0 before the first step.</summary>
    public int Epoch => (int)((Step + Batches - 1) / Batches);

    /// <summary>Gets the total number of epochs.</summary>
    public int Epochs { get; }

    /// <summary>Gets the number of finished steps in the epoch.</summary>
    public int Batch => (int)(Step - (Math.Max(Epoch, 1) - 1L) * Batches);

    /// <summary>Gets the number of steps in an epoch, one for each batch.</summary>
    public int Batches { get; }

    /// <summary>Gets the number of steps so far, including those before a resumption.</summary>
    public long Step { get; private set; }

    /// <summary>Gets the learning rate of the last step; 0 before the first one.</summary>
    public double LearningRate { get; private set; }

    /// <summary>
    /// Gets the mean loss over the examples of the epoch so far. Reading it waits for a GPU. Before the first step of an epoch, it is the
    /// loss of the previous epoch, or NaN in the first epoch. With several ranks, in <see cref="TrainingCallback.OnStepEnd"/> it may cover
    /// only the examples of this rank.
    /// </summary>
    public double Loss => LossOfAll ?? _losses?.Mean ?? Record?.TrainLoss ?? double.NaN;

    /// <summary>Gets the records of the finished epochs in order, including those before a resumption.</summary>
    public IReadOnlyList<EpochRecord> Records => _records;

    /// <summary>Gets the record of the last finished epoch; null during the first epoch.</summary>
    public EpochRecord? Record => _records.LastOrDefault();

    /// <summary>Gets the record of the best epoch so far, the first with the lowest monitored loss; null if no epoch is finished.</summary>
    public EpochRecord? Best => _records.MinBy(record => record.MonitoredLoss);

    /// <summary>Gets the reason passed to the first call of <see cref="Stop"/>; null if it was not called.</summary>
    public string? StopReason { get; private set; }

    /// <summary>Gets or sets the mean loss over the examples of all ranks; null if it was not computed after this step.</summary>
    internal double? LossOfAll { get; set; }

    /// <summary>
    /// Reads the first validation examples, or the first training examples if there is no validation, before augmentation. Every call
    /// returns the same examples. Examples from a data view that does not fit in memory are read from the view again.
    /// </summary>
    /// <param name="count">The largest number of examples to return, 1 or more.</param>
    /// <returns>The inputs and the targets, on the device of the model. They are disposed when the callback returns.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    public TrainingBatch FirstExamples(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return _examples.InOrder((int)Math.Min(count, _examples.Count), Model.Device).First();
    }

    /// <summary>
    /// Ends the training before its next step. If the current epoch is not finished, it is discarded, as with a cancellation. The model
    /// gets the weights of the best epoch, and the history has the reason and the outcome <see cref="TrainingOutcome.StoppedEarly"/>. After
    /// the last step the call has no effect.
    /// </summary>
    /// <param name="reason">The reason, worded to follow "stopped early:", such as "the validation loss is low enough".</param>
    public void Stop(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        StopReason ??= reason;
    }

    internal void AddStep(double learningRate, Losses losses) =>
        (Step, LearningRate, LossOfAll, _losses) = (Step + 1, learningRate, null, losses);

    internal void Add(params IEnumerable<EpochRecord> records) => _records.AddRange(records);

    /// <summary>Resets the position to the end of the last finished epoch.</summary>
    internal void DiscardEpoch() => (Step, LossOfAll, _losses) = ((long)_records.Count * Batches, null, null);
}
