using FashionAE.Torch;

namespace FashionAE.Report;

/// <summary>What a report shows of a model and its data.</summary>
public sealed record ReportOptions
{
    /// <summary>Gets or sets the title of the page.</summary>
    public string Title { get; set; } = "What the autoencoder sees";

    /// <summary>
    /// Gets or sets the column of classes: text, numbers, keys with names, or Boolean. Null unless set: then Label is shown where the data
    /// has it, and else everything is one class.
    /// </summary>
    public string? LabelColumnName { get; set; }

    /// <summary>Gets or sets the column of names, such as paths of files, that points have; null for the numbers of rows.</summary>
    public string? NameColumnName { get; set; }

    /// <summary>Gets or sets the column of what reconstructions are compared with; null for the autoencoder's input.</summary>
    public string? TargetColumnName { get; set; }

    /// <summary>Gets or sets the course of the training; null for the model's own, which a loaded model does not have.</summary>
    public TrainingHistory? History { get; set; }

    /// <summary>Gets or sets how many rows are read at most, from the first; 60,000 unless set.</summary>
    public int MaximumRows { get; set; } = 60_000;

    /// <summary>Gets or sets how many rows, drawn at random, have their pictures in the plane of codes; 1,500 unless set.</summary>
    public int Pictures { get; set; } = 1_500;

    /// <summary>Gets or sets how many columns, and rows, of the plane of codes are decoded, 2 to 256; 0 for none; 48 unless set.</summary>
    public int GridSize { get; set; } = 48;

    /// <summary>Gets or sets the seed of what is drawn at random.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>Gets or sets what the ids of figures begin with: a letter, then letters, digits and hyphens.</summary>
    public string Id { get; set; } = "model";

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
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
