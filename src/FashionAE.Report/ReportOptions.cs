using FashionAE.Torch;

namespace FashionAE.Report;

/// <summary>Options of a report.</summary>
public sealed record ReportOptions
{
    /// <summary>Gets or sets the title of the page.</summary>
    public string Title { get; set; } = "Autoencoder report";

    /// <summary>
    /// Gets or sets the column of classes: text, numbers, keys with names, or Boolean values. Null, the default, selects the column Label
    /// if it exists; otherwise all rows form one class.
    /// </summary>
    public string? LabelColumnName { get; set; }

    /// <summary>Gets or sets the column with the names of points, such as file paths. Null, the default, uses row numbers.</summary>
    public string? NameColumnName { get; set; }

    /// <summary>Gets or sets the column to compare reconstructions with. Null, the default, selects the autoencoder's input.</summary>
    public string? TargetColumnName { get; set; }

    /// <summary>Gets or sets the training history. Null, the default, uses that of the model; a loaded model has none.</summary>
    public TrainingHistory? History { get; set; }

    /// <summary>
    /// Gets or sets the maximum number of rows to read, from the first row, 1 or more. The default is 60,000. If latent vectors are long,
    /// fewer rows are read, so that their latent vectors have at most 2,000,000 values.
    /// </summary>
    public int MaximumRows { get; set; } = 60_000;

    /// <summary>
    /// Gets or sets the maximum number of rows with pictures in the plane, 1 or more. The default is 1,500. The rows are chosen at random,
    /// anomalies first. If images or vectors are large, fewer rows have pictures.
    /// </summary>
    public int Pictures { get; set; } = 1_500;

    /// <summary>
    /// Gets or sets the side of the decoded grid in the plane of codes, 2 to 256, or 0 for no grid. The default is 48. If images or
    /// vectors are large, the grid is smaller.
    /// </summary>
    public int GridSize { get; set; } = 48;

    /// <summary>Gets or sets the seed of the random choice of rows. The default is 1.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>Gets or sets the prefix of figure ids: a letter, then letters, digits and hyphens. The default is "model".</summary>
    public string Id { get; set; } = "model";

    /// <exception cref="ArgumentException">A value is out of range.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumRows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Pictures, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(GridSize);
        ArgumentOutOfRangeException.ThrowIfEqual(GridSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(GridSize, 256);
        PageWriter.CheckId(Id);
    }
}
