namespace FashionAE.Report;

/// <summary>The interactive plane of latent vectors (codes). Each row is a point, and positions can be decoded.</summary>
/// <param name="Text">The id, title and caption.</param>
/// <param name="Classes">The names of the classes. Points refer to them by index.</param>
/// <param name="Points">The points.</param>
/// <param name="Axes">The relation between positions and latent vectors.</param>
/// <param name="Grid">The decoded grid; null for no grid.</param>
/// <param name="Slots">The names of the slots of vectors; null for images.</param>
/// <param name="DecodeUrl">The URL to decode latent vectors, relative to the page's URL with a final slash; null without a server.</param>
public sealed record PlaneFigure(
    FigureText Text, IReadOnlyList<string> Classes, IReadOnlyList<PlanePoint> Points, PlaneAxes Axes, PlaneGrid? Grid = null,
    IReadOnlyList<string>? Slots = null, string? DecodeUrl = null) : ReportFigure(Text);

/// <summary>A row of the data, as a point in the plane.</summary>
/// <param name="Row">The number of the row in the view, from 0.</param>
/// <param name="Class">The index of the class.</param>
/// <param name="Code">The latent vector.</param>
/// <param name="Error">The mean squared error of the reconstruction.</param>
/// <param name="Score">The anomaly score; null without a detector.</param>
/// <param name="IsAnomaly">Whether the score is above the threshold; null without a detector.</param>
/// <param name="Name">The name, such as a file name; null for the row number.</param>
/// <param name="Path">The number of the path of the point; null for no path. A line joins the points of a path in order.</param>
/// <param name="Image">The image; null if it is not kept or the row is a vector.</param>
/// <param name="Reconstruction">The reconstruction, of the same size as the image.</param>
/// <param name="Values">For vectors, the values, the reconstructed values and the errors of all slots; null if not kept.</param>
public sealed record PlanePoint(
    long Row, int Class, float[] Code, double Error, float? Score = null, bool? IsAnomaly = null, string? Name = null, int? Path = null,
    Picture? Image = null, Picture? Reconstruction = null, float[]? Values = null)
{
    /// <summary>Gets the sort key of rows: the anomaly score, or the error without a detector.</summary>
    internal double Badness => Score ?? Error;
}

/// <summary>The relation between positions and latent vectors: position (x, y) has the code Origin + x * X + y * Y.</summary>
/// <param name="Origin">The latent vector at (0, 0).</param>
/// <param name="X">The direction of the horizontal axis: a unit vector.</param>
/// <param name="Y">The direction of the vertical axis, orthogonal to X: a unit vector, or 0 for latent vectors with one value.</param>
/// <param name="XTitle">The title of the horizontal axis.</param>
/// <param name="YTitle">The title of the vertical axis.</param>
public sealed record PlaneAxes(float[] Origin, float[] X, float[] Y, string XTitle, string YTitle)
{
    internal (float X, float Y) Place(float[] code) => (Along(X, code), Along(Y, code));

    internal float[] Code(float x, float y) => [.. Origin.Select((origin, i) => origin + x * X[i] + y * Y[i])];

    private float Along(float[] axis, float[] code) => axis.Select((part, i) => part * (code[i] - Origin[i])).Sum();
}

/// <summary>The decoded latent vectors of a regular grid, row by row from the lowest, each from the left.</summary>
/// <param name="MinimumX">The leftmost position.</param>
/// <param name="MaximumX">The rightmost position.</param>
/// <param name="MinimumY">The lowest position.</param>
/// <param name="MaximumY">The highest position.</param>
/// <param name="Columns">The number of columns, 2 or more.</param>
/// <param name="Rows">The number of rows, 2 or more.</param>
/// <param name="Images">The decoded images; null for vectors.</param>
/// <param name="Vectors">The decoded vectors; null for images.</param>
public sealed record PlaneGrid(
    float MinimumX, float MaximumX, float MinimumY, float MaximumY, int Columns, int Rows, IReadOnlyList<Picture>? Images,
    IReadOnlyList<float[]>? Vectors);
