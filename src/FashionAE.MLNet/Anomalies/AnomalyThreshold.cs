using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>A rule that chooses the threshold of a detector: the score above which a row is an anomaly.</summary>
public abstract class AnomalyThreshold
{
    private protected AnomalyThreshold()
    {
    }

    /// <summary>Gets the number of normal rows that the rule requires.</summary>
    internal virtual long FewestRows => 1;

    /// <summary>Gets the number of normal rows below which the log warns that the threshold is imprecise.</summary>
    internal virtual long WantedRows => 1;

    /// <summary>Gets the share of the normal rows that the rule regards as anomalies: those with the highest scores.</summary>
    internal virtual double AnomalousShare => 0;

    /// <summary>
    /// Creates a rule that chooses a quantile of the scores of held-out rows: the given share of new normal rows is expected to score below
    /// the threshold. With fewer than 1 / (1 - quantile) - 1 held-out rows, the threshold is the highest of their scores, and a warning in
    /// the log says so.
    /// </summary>
    /// <param name="quantile">The share of normal rows below the threshold, within [0, 1], such as 0.99.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The quantile is not within [0, 1].</exception>
    public static AnomalyThreshold HeldOutQuantile(double quantile) => new Quantile(Checked(quantile, nameof(quantile)));

    /// <summary>
    /// Creates a rule that chooses the threshold for an expected rate of false alarms: the share of new normal rows that are called
    /// anomalies. It requires at least 1 / rate - 1 held-out rows. Unlike with <see cref="HeldOutQuantile"/>, <c>Fit</c> throws an
    /// exception before the training if there are fewer.
    /// </summary>
    /// <param name="rate">The rate of false alarms, within (0, 1), such as 1e-3.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not within (0, 1).</exception>
    public static AnomalyThreshold FalseAlarms(double rate) => OfRate(rate);

    /// <inheritdoc cref="FalseAlarms(double)"/>
    /// <summary>Creates a rule that chooses the threshold for a rate of false alarms among the normal rows of a labeled view.</summary>
    /// <param name="labeled">A view with labels and the columns that the detector reads.</param>
    /// <param name="labelColumnName">The label column, Boolean or Single. True, or a value above 0, marks an anomaly.</param>
    public static AnomalyThreshold FalseAlarms(double rate, IDataView labeled, string labelColumnName = "Label")
    {
        var quantile = OfRate(rate);
        return new Labeled(labeled, labelColumnName, quantile.CheckLabels, quantile.ChooseOfNormal);
    }

    /// <summary>
    /// Creates a rule for training data that contain a known share of anomalies. It calls this share of the held-out rows anomalies, namely
    /// those with the highest scores. These rows are used neither for the score distribution, from which probabilities are computed, nor
    /// for the pixel threshold of masks.
    /// </summary>
    /// <param name="share">The share of anomalies, within [0, 0.5], such as 0.02.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is not within [0, 0.5].</exception>
    public static AnomalyThreshold Contamination(double share) => share is >= 0 and <= 0.5
        ? new Quantile(1 - share) { Anomalous = share }
        : throw new ArgumentOutOfRangeException(nameof(share), share, "The share of anomalies must be within [0, 0.5].");

    /// <summary>
    /// Creates a rule that chooses the threshold with the highest F1 score on labeled rows. F1 is the harmonic mean of precision and
    /// recall.
    /// </summary>
    /// <param name="labeled">
    /// A view with labels and the columns that the detector reads. Do not use the rows on which you evaluate the detector.
    /// </param>
    /// <param name="labelColumnName">The label column, Boolean or Single. True, or a value above 0, marks an anomaly.</param>
    /// <returns>The rule.</returns>
    public static AnomalyThreshold BestF1(IDataView labeled, string labelColumnName = "Label") =>
        new Labeled(labeled, labelColumnName, CheckBothKinds, BestF1);

    /// <summary>Chooses the threshold.</summary>
    /// <param name="normal">The scores of normal rows in ascending order.</param>
    /// <param name="score">Scores the rows of a labeled view.</param>
    internal abstract double Choose(double[] normal, Func<IDataView, string, IReadOnlyList<(double Score, bool IsAnomaly)>> score);

    private static Quantile OfRate(double rate) => new(1 - Inside(rate, nameof(rate))) { Fewest = RowsFor(rate) };

    /// <summary>
    /// Computes how many rows a rule needs so that at most the given share of new rows is expected to score above all of them.
    /// </summary>
    private static long RowsFor(double share) =>
        // 1 / (1 - 0.9) is 10.000000000000002, which Ceiling alone would round up to 11.
        (long)Math.Ceiling(Math.Round(1 / share, 6)) - 1;

    private static double Checked(double value, string name) => value is >= 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "The quantile must be within [0, 1].");

    private static double Inside(double value, string name) => value is > 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "The rate of false alarms must be within (0, 1).");

    /// <summary>Checks the labels before the training, so that invalid labels do not end a long training.</summary>
    /// <param name="read">Reads the labels of a view that has the columns that the detector reads.</param>
    internal virtual void CheckLabels(Func<IDataView, string, IEnumerable<bool>> read)
    {
    }

    private static void CheckBothKinds(bool[] labels)
    {
        var anomalies = labels.Count(isAnomaly => isAnomaly);
        if (anomalies == 0 || anomalies == labels.Length)
            throw new InvalidOperationException(
                $"All labeled rows are {(anomalies == 0 ? "normal" : "anomalies")}: BestF1 needs normal rows and anomalies.");
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
                    $"A rate of false alarms of {1 - quantile:G3} needs at least {Fewest} labeled normal rows, but there are {normal}.");
        }

        internal override double Choose(double[] normal, Func<IDataView, string, IReadOnlyList<(double Score, bool IsAnomaly)>> score) =>
            Above(ScoreDistribution.Quantile(normal, quantile));

        // The scores of equal images can differ by rounding. All of them must be on the same side of the threshold.
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

        // The rule uses its labeled rows instead of held-out rows.
        internal override long FewestRows => 0;

        internal override long WantedRows => 0;

        internal override void CheckLabels(Func<IDataView, string, IEnumerable<bool>> read) =>
            _check([.. read(_labeled.View, _labeled.Column)]);

        internal override double Choose(double[] normal, Func<IDataView, string, IReadOnlyList<(double Score, bool IsAnomaly)>> score) =>
            _choose(score(_labeled.View, _labeled.Column));
    }
}
