using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>A rule that chooses the score above which a row is an anomaly.</summary>
public abstract class AnomalyThreshold
{
    private protected AnomalyThreshold()
    {
    }

    /// <summary>Gets how many normal rows the rule needs.</summary>
    internal virtual long FewestRows => 1;

    /// <summary>Gets how many normal rows the rule should have.</summary>
    internal virtual long WantedRows => 1;

    /// <summary>Gets which share of the rows that it is given are anomalies, the highest scores.</summary>
    internal virtual double AnomalousShare => 0;

    /// <summary>
    /// Makes the rule by which a share of new normal rows is expected to score below the threshold, as of the rows that were held out of
    /// the training. With fewer of those than 1 / (1 - quantile) the highest of their scores is the threshold, and a warning in the log
    /// says so.
    /// </summary>
    /// <param name="quantile">The share, within [0, 1], such as 0.99.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is not within [0, 1].</exception>
    public static AnomalyThreshold HeldOutQuantile(double quantile) => new Quantile(Checked(quantile, nameof(quantile)));

    /// <summary>
    /// Makes the rule by which the given share of new normal rows is expected to be called anomalies. Unlike <see cref="HeldOutQuantile"/>
    /// it refuses too few held-out rows before the training: there must be 1 / rate - 1.
    /// </summary>
    /// <param name="rate">The share, within (0, 1), such as 1e-3.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is not within (0, 1).</exception>
    public static AnomalyThreshold FalseAlarms(double rate) => OfRate(rate);

    /// <inheritdoc cref="FalseAlarms(double)"/>
    /// <summary>Makes the rule by which the given share of the normal rows of a labeled view are called anomalies.</summary>
    /// <param name="labeled">A view with the columns that the detector reads, and labels.</param>
    /// <param name="labelColumnName">The column of labels, Boolean or Single: true or above 0 for an anomaly.</param>
    public static AnomalyThreshold FalseAlarms(double rate, IDataView labeled, string labelColumnName = "Label")
    {
        var quantile = OfRate(rate);
        return new Labeled(labeled, labelColumnName, quantile.CheckLabels, quantile.ChooseOfNormal);
    }

    /// <summary>
    /// Makes the rule for training data that are known to contain anomalies: the given share of held-out rows, those of the highest scores,
    /// are called anomalies, and count neither for probabilities nor for masks.
    /// </summary>
    /// <param name="share">The share of anomalies, within [0, 0.5], such as 0.02.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is not within [0, 0.5].</exception>
    public static AnomalyThreshold Contamination(double share) => share is >= 0 and <= 0.5
        ? new Quantile(1 - share) { Anomalous = share }
        : throw new ArgumentOutOfRangeException(nameof(share), share, "The share of anomalies must be within [0, 0.5].");

    /// <summary>
    /// Makes the rule that chooses the threshold of the highest F1 score, the harmonic mean of precision and recall, on labeled rows.
    /// </summary>
    /// <param name="labeled">
    /// A view with the columns that the detector reads, and labels; not the rows that the detector is judged by.
    /// </param>
    /// <param name="labelColumnName">The column of labels, Boolean or Single: true or above 0 for an anomaly.</param>
    /// <returns>The rule.</returns>
    public static AnomalyThreshold BestF1(IDataView labeled, string labelColumnName = "Label") =>
        new Labeled(labeled, labelColumnName, CheckBothKinds, BestF1);

    /// <summary>Chooses the threshold.</summary>
    /// <param name="normal">The scores of normal rows in ascending order.</param>
    /// <param name="score">Scores the rows of a labeled view.</param>
    internal abstract double Choose(double[] normal, Func<IDataView, string, IReadOnlyList<(double Score, bool IsAnomaly)>> score);

    private static Quantile OfRate(double rate) => new(1 - Inside(rate, nameof(rate))) { Fewest = RowsFor(rate) };

    /// <summary>Counts the rows with which the expected share above the highest score is the given one.</summary>
    private static long RowsFor(double share) =>
        // 1 / 0.001 is not exactly 1,000.
        (long)Math.Ceiling(Math.Round(1 / share, 6)) - 1;

    private static double Checked(double value, string name) => value is >= 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "A quantile must be within [0, 1].");

    private static double Inside(double value, string name) => value is > 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "A rate of false alarms must be within (0, 1).");

    /// <summary>Checks labels before a training, which is long.</summary>
    /// <param name="read">Reads the labels of a view, which has the columns that the detector reads.</param>
    internal virtual void CheckLabels(Func<IDataView, string, IEnumerable<bool>> read)
    {
    }

    private static void CheckBothKinds(bool[] labels)
    {
        var anomalies = labels.Count(isAnomaly => isAnomaly);
        if (anomalies == 0 || anomalies == labels.Length)
            throw new InvalidOperationException(
                $"The labeled rows are all {(anomalies == 0 ? "normal" : "anomalies")}: the best F1 score needs both kinds.");
    }

    private static double BestF1(IReadOnlyList<(double Score, bool IsAnomaly)> rows)
    {
        CheckBothKinds([.. rows.Select(row => row.IsAnomaly)]);
        var curve = new RankCurve();
        foreach (var (score, isAnomaly) in rows)
            if (isAnomaly)
                curve.AddAnomaly((float)score);
            else
                curve.AddNormal((float)score);
        return curve.BestF1().Threshold;
    }

    private sealed class Quantile(double quantile) : AnomalyThreshold
    {
        public long Fewest { get; init; } = 1;

        public double Anomalous { get; init; }

        internal override long FewestRows => Fewest;

        internal override long WantedRows => quantile < 1 ? RowsFor(1 - quantile) : 1;

        internal override double AnomalousShare => Anomalous;

        public double ChooseOfNormal(IReadOnlyList<(double Score, bool IsAnomaly)> rows)
        {
            double[] normal = [.. rows.Where(row => !row.IsAnomaly && !double.IsNaN(row.Score)).Select(row => row.Score).Order()];
            CheckLabels(new bool[normal.Length]);
            return Above(ScoreDistribution.Quantile(normal, quantile));
        }

        public void CheckLabels(bool[] labels)
        {
            var normal = labels.Count(isAnomaly => !isAnomaly);
            if (normal < Fewest)
                throw new InvalidOperationException(
                    $"A rate of false alarms of {1 - quantile:G3} needs {Fewest} labeled normal rows or more; there are {normal}.");
        }

        internal override double Choose(double[] normal, Func<IDataView, string, IReadOnlyList<(double Score, bool IsAnomaly)>> score) =>
            Above(ScoreDistribution.Quantile(normal, quantile));

        // Equal images have scores that differ by rounding: they shall all be on the same side.
        private static double Above(double score) => score + ScoreDistribution.Rounding * Math.Abs(score);
    }

    private sealed class Labeled : AnomalyThreshold
    {
        private readonly (IDataView View, string Column) _labeled;
        private readonly Action<bool[]> _check;
        private readonly Func<IReadOnlyList<(double Score, bool IsAnomaly)>, double> _choose;

        public Labeled(
            IDataView labeled, string column, Action<bool[]> check, Func<IReadOnlyList<(double Score, bool IsAnomaly)>, double> choose)
        {
            ArgumentNullException.ThrowIfNull(labeled);
            ArgumentException.ThrowIfNullOrEmpty(column);
            (_labeled, _check, _choose) = ((labeled, column), check, choose);
        }

        // It has rows of its own.
        internal override long FewestRows => 0;

        internal override long WantedRows => 0;

        internal override void CheckLabels(Func<IDataView, string, IEnumerable<bool>> read) =>
            _check([.. read(_labeled.View, _labeled.Column)]);

        internal override double Choose(double[] normal, Func<IDataView, string, IReadOnlyList<(double Score, bool IsAnomaly)>> score) =>
            _choose(score(_labeled.View, _labeled.Column));
    }
}
