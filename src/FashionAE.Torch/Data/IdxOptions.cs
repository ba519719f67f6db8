namespace FashionAE.Torch;

/// <summary>How <see cref="ImageSet.FromIdx"/> reads IDX files.</summary>
public sealed class IdxOptions
{
    /// <summary>
    /// Gets or sets the names of the classes, that of the lowest label first and each once; null or none for the labels themselves as
    /// names, from <see cref="FirstLabel"/> to the highest in the file.
    /// </summary>
    public IReadOnlyList<string>? ClassNames { get; set; }

    /// <summary>
    /// Gets or sets the label of the first class, 0 to 255; 0 unless set. EMNIST's letters count from 1. Labels of the
    /// <see cref="ImageSet"/> count from 0 in any case.
    /// </summary>
    public int FirstLabel { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the file has each image column by column, as those of EMNIST, and rows and columns are to be
    /// exchanged; false unless set.
    /// </summary>
    public bool Transposed { get; set; }
}
