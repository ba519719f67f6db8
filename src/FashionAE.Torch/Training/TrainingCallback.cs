namespace FashionAE.Torch;

/// <summary>
/// Code that a training calls at its beginning, after every step, after every epoch and at its end, for example to stop it, to save its
/// model or to log it. Derive from this class, override what you need, and add an object to <see cref="TrainingOptions.Callbacks"/>.
/// </summary>
/// <remarks>
/// <para>Callbacks are called in order on the thread that trains. They compute without gradients, and tensors that they make are disposed
/// when they return, unless detached from the dispose scope; what trains something of its own does so within <c>enable_grad()</c>. They
/// change no number of the training. An exception ends it: the model of an <see cref="AutoencoderTrainer"/> is left with the weights of the
/// best epoch, and <c>Fit</c> of a pipeline throws without a model.</para>
/// <para>Each of several ranks calls the callbacks of its own options, which may differ from those of other ranks: one that prints or
/// writes files looks at <see cref="TrainingState.Rank"/>. When one rank stops, all stop after the same step.</para>
/// <para>Trainings with the same options, such as the folds of a cross-validation, call the same objects: one that keeps numbers resets
/// them in <see cref="OnTrainingBegin"/>, and serves one training at a time.</para>
/// </remarks>
public abstract class TrainingCallback
{
    /// <summary>Called before the first step, and after the checkpoint to resume from was read.</summary>
    /// <param name="state">The training. Its model is in evaluation mode and has the weights to begin with.</param>
    public virtual void OnTrainingBegin(TrainingState state) { }

    /// <summary>Called after every training step.</summary>
    /// <param name="state">The training. Its model is in evaluation mode and has the weights that learn.</param>
    public virtual void OnStepEnd(TrainingState state) { }

    /// <summary>Called after every epoch, when its losses are known and the checkpoint is written.</summary>
    /// <param name="state">The training. Its model is in evaluation mode and has the validated weights, with averaging the mean.</param>
    public virtual void OnEpochEnd(TrainingState state) { }

    /// <summary>Called when the training is over, unless an exception ended it.</summary>
    /// <param name="state">The training. Its model is in evaluation mode and has the weights of the best epoch.</param>
    /// <param name="history">What the training returns.</param>
    public virtual void OnTrainingEnd(TrainingState state, TrainingHistory history) { }
}

/// <summary>A training as its <see cref="TrainingCallback"/>s see it.</summary>
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
    /// Gets the model, with the weights that the methods of <see cref="TrainingCallback"/> say. Run it or save it
    /// (<see cref="AutoencoderFile.Save(Autoencoder, string)"/>), but leave its weights as they are.
    /// </summary>
    public Autoencoder Model { get; }

    /// <summary>Gets the rank of this process, from 0; 0 where it trains alone.</summary>
    public int Rank { get; }

    /// <summary>Gets the number of the epoch that runs or has just ended, from 1; 0 before the first step.</summary>
    public int Epoch => (int)((Step + Batches - 1) / Batches);

    /// <summary>Gets how many epochs there will be.</summary>
    public int Epochs { get; }

    /// <summary>Gets how many steps of the epoch are finished.</summary>
    public int Batch => (int)(Step - (Math.Max(Epoch, 1) - 1L) * Batches);

    /// <summary>Gets how many steps an epoch has, one for each batch.</summary>
    public int Batches { get; }

    /// <summary>Gets how many steps the training has made, those before a resumption included.</summary>
    public long Step { get; private set; }

    /// <summary>Gets the learning rate of the last step; 0 before the first one.</summary>
    public double LearningRate { get; private set; }

    /// <summary>
    /// Gets the mean loss over the examples of the epoch so far, which waits for a GPU; before its first step that of the epoch before, or
    /// NaN. In <see cref="TrainingCallback.OnStepEnd"/> of several ranks it may be that of this rank's examples alone.
    /// </summary>
    public double Loss => LossOfAll ?? _losses?.Mean ?? Record?.TrainLoss ?? double.NaN;

    /// <summary>Gets the finished epochs in order; those before a resumption included.</summary>
    public IReadOnlyList<EpochRecord> Records => _records;

    /// <summary>Gets the record of the last finished epoch; null before the end of the first one.</summary>
    public EpochRecord? Record => _records.LastOrDefault();

    /// <summary>Gets the record of the best epoch so far: the first with the lowest monitored loss; null where there is none.</summary>
    public EpochRecord? Best => _records.MinBy(record => record.MonitoredLoss);

    /// <summary>Gets the reason of the first call of <see cref="Stop"/>; null before it.</summary>
    public string? StopReason { get; private set; }

    /// <summary>Gets or sets the mean loss over the examples of all ranks; null where it was not computed after this step.</summary>
    internal double? LossOfAll { get; set; }

    /// <summary>
    /// Reads the first of the examples that are held out for validation or, without any, of those that are learned from: the same
    /// ones every time, before augmentation. Those of a view that does not fit in memory are read from the view.
    /// </summary>
    /// <param name="count">How many they are at most, 1 or more.</param>
    /// <returns>The inputs and the targets, on the device of the model; they are disposed when the callback returns.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    public TrainingBatch FirstExamples(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return _examples.InOrder((int)Math.Min(count, _examples.Count), Model.Device).First();
    }

    /// <summary>
    /// Ends the training before its next step. An epoch that is not finished then is discarded, as by a cancellation. The model is left
    /// with the weights of the best epoch, and the history has the reason and <see cref="TrainingOutcome.StoppedEarly"/>; after the last
    /// step there is nothing left to stop.
    /// </summary>
    /// <param name="reason">The reason, in words that follow "stopped early:", such as "the validation loss is low enough".</param>
    public void Stop(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        StopReason ??= reason;
    }

    internal void AddStep(double learningRate, Losses losses) =>
        (Step, LearningRate, LossOfAll, _losses) = (Step + 1, learningRate, null, losses);

    internal void Add(params IEnumerable<EpochRecord> records) => _records.AddRange(records);

    /// <summary>Goes to the end of the last finished epoch.</summary>
    internal void DiscardEpoch() => (Step, LossOfAll, _losses) = ((long)_records.Count * Batches, null, null);
}
