using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>Options for comparing new rows with the reference rows of a drift monitor.</summary>
public sealed record DriftOptions
{
    /// <summary>
    /// Gets or sets how many rows are compared together, within [50, 10,000]. The default is 500. With more rows, smaller changes are
    /// found.
    /// </summary>
    public int Window { get; set; } = 500;

    /// <summary>
    /// Gets or sets the probability of an alarm for a window in which nothing has changed, within [0.001, 0.5]. The default is 0.01. Each
    /// of the two tests accounts for half of it (Bonferroni). Averaged over all possible references, the rate of false alarms is at most
    /// this value. The rate of a single reference is usually lower, but can be higher if the reference has fewer than some 2,000 rows.
    /// </summary>
    public double FalseAlarms { get; set; } = 0.01;

    /// <summary>Gets or sets the seed for permutations and for drawing rows from <see cref="Reference"/>. The default is 0.</summary>
    public int Seed { get; set; }

    /// <summary>
    /// Gets or sets a view of normal rows with which new rows are compared. It must have the columns that the model reads, and the network
    /// must not have been trained on its rows. Null, the default, means the reference rows of the model.
    /// </summary>
    public IDataView? Reference { get; set; }

    /// <summary>Gets the p-value at or below which each of the two tests raises an alarm.</summary>
    internal double Level => FalseAlarms / 2;

    // At least ten possible p-values are at or below the level.
    internal int Permutations => (int)Math.Ceiling(10 / Level) - 1;

    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    internal void Validate()
    {
        if (Window is < DriftReference.FewestRows or > 10_000)
            throw new ArgumentOutOfRangeException(nameof(Window), Window, "Window must be within [50, 10,000].");
        if (FalseAlarms is not (>= 0.001 and <= 0.5))
            throw new ArgumentOutOfRangeException(nameof(FalseAlarms), FalseAlarms, "FalseAlarms must be within [0.001, 0.5].");
    }
}
