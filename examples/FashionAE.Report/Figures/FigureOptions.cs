namespace FashionAE.Report.Figures;

/// <summary>How much the figures show; their defaults keep a page of both studies small enough to open at once.</summary>
public sealed record FigureOptions
{
    /// <summary>Gets of how many codes of a cloud the pictures are kept.</summary>
    public int Pictures { get; init; } = 1500;

    /// <summary>Gets the number of columns, and of rows, of the latent grid, 2 or more.</summary>
    public int GridSize { get; init; } = 64;

    /// <summary>Gets the seed of what is chosen, turned or made noisy at random.</summary>
    public long Seed { get; init; } = 1;
}
