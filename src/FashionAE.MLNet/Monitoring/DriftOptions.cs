using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>How a drift monitor compares new rows with those of the training.</summary>
public sealed record DriftOptions
{
    /// <summary>
    /// Gets or sets how many rows are compared together, within [50, 10,000]; 500 unless set. More rows find smaller changes.
    /// </summary>
    public int Window { get; set; } = 500;

    /// <summary>
    /// Gets or sets the probability of an alarm for a window in which nothing has changed, within [0.001, 0.5]; 0.01 unless set. Each of
    /// the two tests may give half of these alarms (Bonferroni). It is the highest rate over all references that could have been drawn;
    /// that of one reference is mostly lower, and can be higher where it has less than some 2,000 rows.
    /// </summary>
    public double FalseAlarms { get; set; } = 0.01;

    /// <summary>Gets or sets the seed of the permutations, and of what is drawn from <see cref="Reference"/>; 0 unless set.</summary>
    public int Seed { get; set; }

    /// <summary>
    /// Gets or sets a view of rows that are as they should be, with the columns that the model reads, which the network was not trained on:
    /// new rows are compared with them. Null for the rows that the model holds.
    /// </summary>
    public IDataView? Reference { get; set; }

    /// <summary>Gets the p-value up to which each of both tests gives an alarm.</summary>
    internal double Level => FalseAlarms / 2;

    // Ten p-values up to the level, and more, can be told apart.
    internal int Permutations => (int)Math.Ceiling(10 / Level) - 1;

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    internal void Validate()
    {
        if (Window is < DriftReference.FewestRows or > 10_000)
            throw new ArgumentOutOfRangeException(nameof(Window), Window, "Window must be within [50, 10,000].");
        if (FalseAlarms is not (>= 0.001 and <= 0.5))
            throw new ArgumentOutOfRangeException(nameof(FalseAlarms), FalseAlarms, "FalseAlarms must be within [0.001, 0.5].");
    }
}
