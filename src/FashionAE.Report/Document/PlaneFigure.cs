namespace FashionAE.Report;

/// <summary>The plane of codes: each row is a point to look at and to select, and places can be decoded.</summary>
/// <param name="Text">What is written about it.</param>
/// <param name="Classes">The names of classes, of which points have the numbers.</param>
/// <param name="Points">The points.</param>
/// <param name="Axes">How places of the plane and codes belong together.</param>
/// <param name="Grid">What is decoded at places of the plane; null where nothing was.</param>
/// <param name="Slots">The names of the slots of vectors; null for images.</param>
/// <param name="DecodeUrl">The address that decodes codes, as seen from a folder of the page's name; null without a server.</param>
public sealed record PlaneFigure(
    FigureText Text, IReadOnlyList<string> Classes, IReadOnlyList<PlanePoint> Points, PlaneAxes Axes, PlaneGrid? Grid = null,
    IReadOnlyList<string>? Slots = null, string? DecodeUrl = null) : ReportFigure(Text);

/// <summary>A row of the data in the plane of codes.</summary>
/// <param name="Row">The number of the row in the view, from 0.</param>
/// <param name="Class">The number of its class.</param>
/// <param name="Code">The latent vector.</param>
/// <param name="Error">The mean squared error of the reconstruction.</param>
/// <param name="Score">The score of a detector; null without a detector.</param>
/// <param name="IsAnomaly">Whether a detector calls it an anomaly; null without a detector.</param>
/// <param name="Name">What it is called, such as the name of a file; null for the number of its row.</param>
/// <param name="Path">The number of the path that it belongs to, whose points are joined in their order; null for none.</param>
/// <param name="Image">The image; null where it is not kept, or the row is a vector.</param>
/// <param name="Reconstruction">The reconstruction of the image, of the same size.</param>
/// <param name="Values">Of a vector its values, its reconstruction's, and the error of each slot; null where they are not kept.</param>
public sealed record PlanePoint(
    long Row, int Class, float[] Code, double Error, float? Score = null, bool? IsAnomaly = null, string? Name = null, int? Path = null,
    Picture? Image = null, Picture? Reconstruction = null, float[]? Values = null)
{
    /// <summary>Gets what rows are ordered by: the score of a detector, or else the error.</summary>
    internal double Badness => Score ?? Error;
}

/// <summary>How places of a plane and codes belong together: place (x, y) has the code Origin + x * X + y * Y.</summary>
/// <param name="Origin">The code at (0, 0).</param>
/// <param name="X">What one step to the right adds to the code: a vector of length 1.</param>
/// <param name="Y">What one step up adds to the code: at right angles to X; 0 where codes have one number.</param>
/// <param name="XTitle">The title of the horizontal axis.</param>
/// <param name="YTitle">The title of the vertical axis.</param>
public sealed record PlaneAxes(float[] Origin, float[] X, float[] Y, string XTitle, string YTitle)
{
    internal (float X, float Y) Place(float[] code) => (Along(X, code), Along(Y, code));

    internal float[] Code(float x, float y) => [.. Origin.Select((origin, i) => origin + x * X[i] + y * Y[i])];

    private float Along(float[] axis, float[] code) => axis.Select((part, i) => part * (code[i] - Origin[i])).Sum();
}

/// <summary>What is decoded at the places of a regular grid, the lowest row first and each from the left.</summary>
/// <param name="MinimumX">The leftmost place.</param>
/// <param name="MaximumX">The rightmost place.</param>
/// <param name="MinimumY">The lowest place.</param>
/// <param name="MaximumY">The highest place.</param>
/// <param name="Columns">The number of columns, 2 or more.</param>
/// <param name="Rows">The number of rows, 2 or more.</param>
/// <param name="Images">The decoded images; null for vectors.</param>
/// <param name="Vectors">The decoded vectors; null for images.</param>
public sealed record PlaneGrid(
    float MinimumX, float MaximumX, float MinimumY, float MaximumY, int Columns, int Rows, IReadOnlyList<Picture>? Images,
    IReadOnlyList<float[]>? Vectors);
