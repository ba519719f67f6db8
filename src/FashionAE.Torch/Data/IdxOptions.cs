namespace FashionAE.Torch;

/// <summary>Contains the settings of <see cref="ImageSet.FromIdx"/>.</summary>
public sealed class IdxOptions
{
    /// <summary>
    /// Gets or sets the names of the classes, beginning with that of the lowest label; each name must be unique. If it is null or empty,
    /// the labels are the names, from <see cref="FirstLabel"/> to the highest label in the file.
    /// </summary>
    public IReadOnlyList<string>? ClassNames { get; set; }

    /// <summary>
    /// Gets or sets the lowest label in the file, 0 to 255. It becomes 0 in the set. The default is 0; for EMNIST Letters set it to 1.
    /// </summary>
    public int FirstLabel { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether to transpose images. EMNIST's files need this because they store images column by column.
    /// The default is false.
    /// </summary>
    public bool Transposed { get; set; }
}
