namespace FashionAE.Torch;

/// <summary>How <see cref="ImageSet.FromIdx"/> reads IDX files.</summary>
public sealed class IdxOptions
{
    /// <summary>
    /// Gets or sets the names of the classes, that of the lowest label first and each once; null or none for the labels themselves as
    /// names, from <see cref="FirstLabel"/> to the highest in the file.
    /// </summary>
    public IReadOnlyList<string>? ClassNames { get; set; }

    /// <summary>Gets or sets the first class's label in the file, 0 to 255; 0 unless set. EMNIST's letters have 1; sets have 0.</summary>
    public int FirstLabel { get; set; }

    /// <summary>Gets or sets whether to transpose images, which EMNIST's files hold column by column; false unless set.</summary>
    public bool Transposed { get; set; }
}
