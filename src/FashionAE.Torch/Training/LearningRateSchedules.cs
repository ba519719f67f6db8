using System.Runtime.CompilerServices;

namespace FashionAE.Torch;

/// <summary>
/// Base class of the schedules that change the learning rate during training: <see cref="PlateauSchedule"/>, <see cref="OneCycleSchedule"/>
/// and <see cref="CosineSchedule"/>.
/// </summary>
/// <remarks>
/// <see cref="PlateauSchedule"/> reacts to the loss and does not depend on the number of epochs. It works well with
/// <see cref="TrainingOptions.EarlyStoppingPatience"/>, which should be longer than the schedule's own patience. The other two are planned
/// over <see cref="TrainingOptions.Epochs"/>. Avoid early stopping with them: most of the improvement comes in the last epochs, when the
/// learning rate is low.
/// </remarks>
public abstract record LearningRateSchedule
{
    private protected LearningRateSchedule() { }

    /// <summary>Gets a value indicating whether the learning rates depend on the total number of epochs.</summary>
    internal virtual bool IsPlannedToTheEnd => true;

    /// <summary>Gets a value indicating whether the schedule includes a warm-up.</summary>
    internal virtual bool WarmsUp => false;

    internal abstract void Validate();

    /// <summary>
    /// Returns a function from the step within an epoch to its learning rate. <paramref name="firstStep"/> and <paramref name="steps"/> do
    /// not count warm-up steps.
    /// </summary>
    internal abstract Func<int, double> InEpoch(double learningRate, IReadOnlyList<EpochRecord> before, long firstStep, long steps);

    /// <summary>Interpolates from one value to another along half a cosine wave. The share of the way is within [0, 1].</summary>
    private protected static double Anneal(double from, double to, double share) => to + (from - to) / 2 * (1 + Math.Cos(Math.PI * share));

    private protected void Check(
        bool condition, object value, string range, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!condition)
            throw new ArgumentOutOfRangeException(name, value, $"{name} of the {GetType().Name} must be {range}.");
    }
}

/// <summary>Lowers the learning rate when the loss stops falling, like PyTorch's ReduceLROnPlateau.</summary>
/// <param name="Factor">The factor that the learning rate is multiplied by, within (0, 1).</param>
/// <param name="Patience">The number of epochs without improvement that do not lower the learning rate yet, 0 or more.</param>
/// <param name="Threshold">The relative decrease of the best loss that counts as an improvement, within [0, 1).</param>
public sealed record PlateauSchedule(double Factor = 0.5, int Patience = 3, double Threshold = 1e-4) : LearningRateSchedule
{
    internal override bool IsPlannedToTheEnd => false;

    internal override void Validate()
    {
        Check(Factor is > 0 and < 1, Factor, "within (0, 1)");
        Check(Patience >= 0, Patience, "0 or more");
        Check(Threshold is >= 0 and < 1, Threshold, "within [0, 1)");
    }

    internal override Func<int, double> InEpoch(double learningRate, IReadOnlyList<EpochRecord> before, long firstStep, long steps)
    {
        var (best, bad) = (double.PositiveInfinity, 0);
        foreach (var loss in before.Select(epoch => epoch.MonitoredLoss))
        {
            (best, bad) = loss < best * (1 - Threshold) ? (loss, 0) : (best, bad + 1);
            if (bad <= Patience)
                continue;
            bad = 0;
            // As in PyTorch, a change of 1e-8 or less is ignored.
            if (learningRate - learningRate * Factor > 1e-8)
                learningRate *= Factor;
        }
        return _ => learningRate;
    }
}

/// <summary>
/// Raises the learning rate from a low value to the one in the options, and then lowers it to almost zero (Smith 2018), like PyTorch's
/// OneCycleLR. The learning rate changes at every step, along half cosine waves. The momentum does not change.
/// </summary>
/// <param name="RisingShare">The fraction of all steps in which the learning rate rises, within (0, 1).</param>
/// <param name="InitialDivisor">The number, 1 or more, by which the learning rate of the options is divided for the first step.</param>
/// <param name="FinalDivisor">The number, 1 or more, by which the learning rate of the first step is divided for the last step.</param>
public sealed record OneCycleSchedule(double RisingShare = 0.3, double InitialDivisor = 25, double FinalDivisor = 1e4)
    : LearningRateSchedule
{
    internal override bool WarmsUp => true;

    internal override void Validate()
    {
        Check(RisingShare is > 0 and < 1, RisingShare, "within (0, 1)");
        Check(InitialDivisor is >= 1 and <= float.MaxValue, InitialDivisor, "1 or more and finite");
        Check(FinalDivisor is >= 1 and <= float.MaxValue, FinalDivisor, "1 or more and finite");
    }

    internal override Func<int, double> InEpoch(double learningRate, IReadOnlyList<EpochRecord> before, long firstStep, long steps)
    {
        var (first, last) = (learningRate / InitialDivisor, learningRate / InitialDivisor / FinalDivisor);
        var (peak, end) = (RisingShare * steps - 1, steps - 1.0);
        double Rise(long at) => Anneal(first, learningRate, peak > 0 ? at / peak : 1);
        double Fall(long at) => Anneal(learningRate, last, end > peak ? Math.Min(1, (at - peak) / (end - peak)) : 1);
        return step => firstStep + step <= peak ? Rise(firstStep + step) : Fall(firstStep + step);
    }
}

/// <summary>
/// Lowers the learning rate at every step, along half a cosine wave, like PyTorch's CosineAnnealingLR (Loshchilov and Hutter 2017).
/// </summary>
/// <param name="FinalShare">
/// The fraction of the learning rate in the options that the schedule approaches at the end, within [0, 1).
/// </param>
public sealed record CosineSchedule(double FinalShare = 0) : LearningRateSchedule
{
    internal override void Validate() => Check(FinalShare is >= 0 and < 1, FinalShare, "within [0, 1)");

    internal override Func<int, double> InEpoch(double learningRate, IReadOnlyList<EpochRecord> before, long firstStep, long steps) =>
        step => Anneal(learningRate, learningRate * FinalShare, Math.Min(1, (double)(firstStep + step) / steps));
}
