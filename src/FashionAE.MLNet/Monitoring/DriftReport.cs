using System.Globalization;

namespace FashionAE.MLNet;

/// <summary>What a drift monitor found in a window of rows. Its text says it in plain English.</summary>
public sealed record DriftReport
{
    internal DriftReport()
    {
    }

    /// <summary>Gets the number of the window, from 1 on.</summary>
    public long Window { get; internal init; }

    /// <summary>Gets how many rows the window has.</summary>
    public int Rows { get; internal init; }

    /// <summary>
    /// Gets how many of these rows have no score or latent vector, as where a value of their input is missing. They count as rows of the
    /// highest score.
    /// </summary>
    public int MissingRows { get; internal init; }

    /// <summary>Gets a value indicating whether scores or latent vectors have changed.</summary>
    public bool IsAlarm => IsScoreAlarm || IsCodeAlarm;

    /// <summary>Gets a value indicating whether the scores have changed.</summary>
    public bool IsScoreAlarm { get; internal init; }

    /// <summary>Gets a value indicating whether the latent vectors have changed.</summary>
    public bool IsCodeAlarm { get; internal init; }

    /// <summary>
    /// Gets the largest difference between the shares of both samples' scores that are not above a value (Kolmogorov-Smirnov), within
    /// [0, 1].
    /// </summary>
    public double ScoreStatistic { get; internal init; }

    /// <summary>Gets the exact two-sided p-value of <see cref="ScoreStatistic"/>, as scipy.stats.ks_2samp computes it.</summary>
    public double ScorePValue { get; internal init; }

    /// <summary>Gets a value indicating whether scores are higher now where the difference is largest.</summary>
    public bool IsScoreHigher { get; internal init; }

    /// <summary>Gets the median of the reference's scores.</summary>
    public double MedianScoreThen { get; internal init; }

    /// <summary>Gets the median of the window's scores; infinite where more than half of its rows have none.</summary>
    public double MedianScoreNow { get; internal init; }

    /// <summary>
    /// Gets the energy distance of the latent vectors, 2 E|X - Y| - E|X - X'| - E|Y - Y'|, 0 or more, where each number of the vectors is
    /// divided by its standard deviation in both samples together (Székely and Rizzo 2004).
    /// </summary>
    public double CodeStatistic { get; internal init; }

    /// <summary>
    /// Gets the p-value of <see cref="CodeStatistic"/> by permutations, where the latent vectors of the reference count as half as many,
    /// since all windows are compared with them and they may be unusual ones. It is 1 where fewer than 50 rows have a latent vector.
    /// </summary>
    public double CodePValue { get; internal init; }

    /// <summary>
    /// Gets the numbers of the latent vectors that have changed by themselves, the most first. It is empty without an alarm of the latent
    /// vectors, and where only their dependence on each other has changed.
    /// </summary>
    public IReadOnlyList<MovedCode> MovedCodes { get; internal init; } = [];

    /// <summary>Describes the window in a line.</summary>
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

/// <summary>A number of latent vectors that has changed.</summary>
public sealed record MovedCode
{
    internal MovedCode()
    {
    }

    /// <summary>Gets the name of the slot of the column of latent vectors, such as Latent1.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>Gets the mean in the reference.</summary>
    public double MeanThen { get; internal init; }

    /// <summary>Gets the mean in the window.</summary>
    public double MeanNow { get; internal init; }

    /// <summary>Gets the standard deviation in the reference.</summary>
    public double DeviationThen { get; internal init; }

    /// <summary>Gets the standard deviation in the window.</summary>
    public double DeviationNow { get; internal init; }

    /// <summary>Describes the change.</summary>
    /// <returns>The name, and means and standard deviations then and now.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Name} {MeanThen:G3} ± {DeviationThen:G2} then, {MeanNow:G3} ± {DeviationNow:G2} now");
}
