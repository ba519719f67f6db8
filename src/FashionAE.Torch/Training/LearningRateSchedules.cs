using System.Runtime.CompilerServices;

namespace FashionAE.Torch;

/// <summary>
/// How the learning rate changes: <see cref="PlateauSchedule"/>, <see cref="OneCycleSchedule"/> or <see cref="CosineSchedule"/>.
/// </summary>
/// <remarks>
/// A plateau schedule waits for the loss and needs no end: it goes with <see cref="TrainingOptions.EarlyStoppingPatience"/>, whose patience
/// should then be longer than the schedule's. The other two are planned over <see cref="TrainingOptions.Epochs"/>. Avoid early stopping
/// with them: most of the improvement comes in the last epochs, when the learning rate is low.
/// </remarks>
public abstract record LearningRateSchedule
{
    private protected LearningRateSchedule() { }

    /// <summary>Whether the learning rate of a step depends on how many epochs there will be.</summary>
    internal virtual bool IsPlannedToTheEnd => true;

    /// <summary>Whether the schedule begins with a low learning rate by itself.</summary>
    internal virtual bool WarmsUp => false;

    internal abstract void Validate();

    /// <summary>Makes the rule that gives each step of an epoch its learning rate; those of the warm-up are not counted.</summary>
    internal abstract Func<int, double> InEpoch(double learningRate, IReadOnlyList<EpochRecord> before, long firstStep, long steps);

    /// <summary>Goes from one number to another along half a wave, the share of the way within [0, 1].</summary>
    private protected static double Anneal(double from, double to, double share) => to + (from - to) / 2 * (1 + Math.Cos(Math.PI * share));

    private protected void Check(
        bool condition, object value, string range, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!condition)
            throw new ArgumentOutOfRangeException(name, value, $"{name} of the {GetType().Name} must be {range}.");
    }
}

/// <summary>Lowers the learning rate when the loss stops falling, as PyTorch's ReduceLROnPlateau does.</summary>
/// <param name="Factor">The number that the learning rate is multiplied with, within (0, 1).</param>
/// <param name="Patience">How many epochs without improvement may pass before that, 0 or more.</param>
/// <param name="Threshold">The share by which a loss must be below the best one to count as an improvement.</param>
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
            // PyTorch takes less than that for no change.
            if (learningRate - learningRate * Factor > 1e-8)
                learningRate *= Factor;
        }
        return _ => learningRate;
    }
}

/// <summary>
/// Raises the learning rate from a low one to that of the options and lowers it to almost nothing, step by step along half waves (Smith
/// 2018), as PyTorch's OneCycleLR does; the momentum stays as it is.
/// </summary>
/// <param name="RisingShare">The share of all steps in which the learning rate rises, within (0, 1).</param>
/// <param name="InitialDivisor">The number that the learning rate is divided by for the first step, 1 or more.</param>
/// <param name="FinalDivisor">The number that the learning rate of the first step is divided by for the last one, 1 or more.</param>
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

/// <summary>Lowers the learning rate every step along half a wave, like PyTorch's CosineAnnealingLR (Loshchilov and Hutter 2017).</summary>
/// <param name="FinalShare">The share of the learning rate that is approached in the end, within [0, 1).</param>
public sealed record CosineSchedule(double FinalShare = 0) : LearningRateSchedule
{
    internal override void Validate() => Check(FinalShare is >= 0 and < 1, FinalShare, "within [0, 1)");

    internal override Func<int, double> InEpoch(double learningRate, IReadOnlyList<EpochRecord> before, long firstStep, long steps) =>
        step => Anneal(learningRate, learningRate * FinalShare, Math.Min(1, (double)(firstStep + step) / steps));
}
