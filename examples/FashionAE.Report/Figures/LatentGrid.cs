namespace FashionAE.Report.Figures;

/// <summary>What is decoded at the points of a regular grid over the codes' range, for a look at every place of the plane.</summary>
/// <param name="MinimumX">The first value of the codes in the leftmost column.</param>
/// <param name="MaximumX">The same in the rightmost.</param>
/// <param name="MinimumY">The second value of the codes in the first row.</param>
/// <param name="MaximumY">The same in the last.</param>
/// <param name="Columns">The number of columns, 2 or more.</param>
/// <param name="Rows">The number of rows, 2 or more.</param>
/// <param name="Images">The decoded images, a byte a pixel, row of the grid by row.</param>
/// <param name="InterpolationError">
/// The largest mean absolute difference, in [0, 1], between what is decoded in the middle of four neighbors and the mean of what is
/// decoded at them: how far a bilinear interpolation may be off.
/// </param>
public sealed record LatentGrid(
    float MinimumX, float MaximumX, float MinimumY, float MaximumY, int Columns, int Rows, IReadOnlyList<byte[]> Images, double InterpolationError);
