using System.Globalization;

namespace FashionAE.MLNet;

/// <summary>The result of comparing a window of rows with the reference. <see cref="ToString"/> describes it in plain English.</summary>
public sealed record DriftReport
{
    internal DriftReport()
    {
    }

    /// <summary>Gets the number of the window, starting with 1.</summary>
    public long Window { get; internal init; }

    /// <summary>Gets the number of rows in the window.</summary>
    public int Rows { get; internal init; }

    /// <summary>
    /// Gets the number of rows in the window that have no score or latent vector, for example because an input value is missing. They count
    /// as rows with the highest score.
    /// </summary>
    public int MissingRows { get; internal init; }

    /// <summary>Gets a value indicating whether scores or latent vectors have changed.</summary>
    public bool IsAlarm => IsScoreAlarm || IsCodeAlarm;

    /// <summary>Gets a value indicating whether the scores have changed.</summary>
    public bool IsScoreAlarm { get; internal init; }

    /// <summary>Gets a value indicating whether the latent vectors have changed.</summary>
    public bool IsCodeAlarm { get; internal init; }

    /// <summary>
    /// Gets the Kolmogorov-Smirnov statistic of the scores, within [0, 1]. For each value, the test compares the share of reference scores
    /// that are at most this value with the share of window scores. The statistic is the largest difference between the two shares.
    /// </summary>
    public double ScoreStatistic { get; internal init; }

    /// <summary>Gets the exact two-sided p-value of <see cref="ScoreStatistic"/>, as scipy.stats.ks_2samp computes it.</summary>
    public double ScorePValue { get; internal init; }

    /// <summary>
    /// Gets a value indicating whether scores are higher in the window than in the reference, where the difference is largest.
    /// </summary>
    public bool IsScoreHigher { get; internal init; }

    /// <summary>Gets the median score of the reference.</summary>
    public double MedianScoreThen { get; internal init; }

    /// <summary>Gets the median score of the window; infinite if at least half of its rows have no score.</summary>
    public double MedianScoreNow { get; internal init; }

    /// <summary>
    /// Gets the energy distance of the latent vectors (Székely and Rizzo 2004), 0 or more: 2 E|X - Y| - E|X - X'| - E|Y - Y'|. E is the
    /// mean over all pairs. X and X' are latent vectors of the reference, and Y and Y' are latent vectors of the window. Each slot of the
    /// vectors is divided by its standard deviation in both samples together.
    /// </summary>
    public double CodeStatistic { get; internal init; }

    /// <summary>
    /// Gets the p-value of <see cref="CodeStatistic"/> from a permutation test. The test treats the reference as if it had half as many
    /// latent vectors, which makes the p-value higher. Otherwise, an unusual reference would cause more false alarms in all windows,
    /// because all of them are compared with it. The p-value is 1 if fewer than 50 rows of the window have a latent vector.
    /// </summary>
    public double CodePValue { get; internal init; }

    /// <summary>
    /// Gets the slots of the latent vectors whose own distribution has changed, the largest change first. The list is empty if
    /// <see cref="IsCodeAlarm"/> is false, or if only the dependence between slots has changed.
    /// </summary>
    public IReadOnlyList<MovedCode> MovedCodes { get; internal init; } = [];

    /// <summary>Describes the window in one line.</summary>
    /// <returns>What has changed, and by how much.</returns>
    public override string ToString()
    {
        const int MostShown = 3;
        var culture = CultureInfo.InvariantCulture;
        var missing = MissingRows == 0 ? "" : string.Create(culture, $" ({MissingRows} without a score)");
        var score = string.Create(culture, $"median {MedianScoreThen:G4} then, {MedianScoreNow:G4} now")
            + string.Create(culture, $" (Kolmogorov-Smirnov {ScoreStatistic:F3}, p = {ScorePValue:G2})");
        var codes = string.Create(culture, $"(energy distance {CodeStatistic:F3}, p = {CodePValue:G2})");
        var moved = string.Join(", ", MovedCodes.Take(MostShown));
        if (MovedCodes.Count > MostShown)
            moved += string.Create(culture, $" and {MovedCodes.Count - MostShown} more");
        return string.Create(culture, $"Window {Window}, {Rows} rows{missing}: {(IsAlarm ? "drift" : "no drift")}.")
            + $" The score {ScoreVerdict()}: {score}. The codes {(IsCodeAlarm ? "have changed" : "have not changed")} {codes}"
            + (moved.Length > 0 ? $": {moved}." : ".");
    }

    private string ScoreVerdict()
    {
        if (!IsScoreAlarm)
            return "has not changed";
        return IsScoreHigher ? "is higher" : "is lower";
    }
}

/// <summary>A slot of the latent vectors whose distribution has changed.</summary>
public sealed record MovedCode
{
    internal MovedCode()
    {
    }

    /// <summary>Gets the name of the slot in the column of latent vectors, such as Latent1.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>Gets the mean of the slot in the reference.</summary>
    public double MeanThen { get; internal init; }

    /// <summary>Gets the mean of the slot in the window.</summary>
    public double MeanNow { get; internal init; }

    /// <summary>Gets the standard deviation of the slot in the reference.</summary>
    public double DeviationThen { get; internal init; }

    /// <summary>Gets the standard deviation of the slot in the window.</summary>
    public double DeviationNow { get; internal init; }

    /// <summary>Describes the change.</summary>
    /// <returns>The name, and the means and standard deviations then and now.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Name} {MeanThen:G3} ± {DeviationThen:G2} then, {MeanNow:G3} ± {DeviationNow:G2} now");
}
