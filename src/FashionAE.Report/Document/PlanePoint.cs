namespace FashionAE.Report;

/// <summary>A row of the data in the plane of codes.</summary>
/// <param name="Row">The number of the row in the view, from 0.</param>
/// <param name="Class">The number of its class.</param>
/// <param name="Code">The latent vector.</param>
/// <param name="Error">The mean squared error of the reconstruction.</param>
public sealed record PlanePoint(long Row, int Class, float[] Code, double Error)
{
    /// <summary>Gets the score of a detector; null where there is none.</summary>
    public float? Score { get; init; }

    /// <summary>Gets a value indicating whether a detector calls it an anomaly; null where there is none.</summary>
    public bool? IsAnomaly { get; init; }

    /// <summary>Gets what it is called, such as the name of a file; null for the number of its row.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the number of the path that it belongs to, whose points are joined in their order; null for none.</summary>
    public int? Path { get; init; }

    /// <summary>Gets the image; null where it is not kept, or the row is a vector.</summary>
    public Picture? Image { get; init; }

    /// <summary>Gets the reconstruction of the image, of the same size; null where it is not kept, or the row is a vector.</summary>
    public Picture? Reconstruction { get; init; }

    /// <summary>Gets of a vector its values, then its reconstruction's, then what each slot adds to the error; null where not kept.</summary>
    public float[]? Values { get; init; }
}

/// <summary>How places of a plane and codes belong together: place (x, y) has the code Origin + x * X + y * Y.</summary>
/// <param name="Origin">The code at (0, 0).</param>
/// <param name="X">What one step to the right adds to the code.</param>
/// <param name="Y">What one step up adds to the code.</param>
/// <param name="XTitle">The title of the horizontal axis.</param>
/// <param name="YTitle">The title of the vertical axis.</param>
public sealed record PlaneAxes(float[] Origin, float[] X, float[] Y, string XTitle, string YTitle)
{
    /// <summary>Finds the place of a code.</summary>
    internal (float X, float Y) Place(float[] code) => (Along(X, code), Along(Y, code));

    /// <summary>Finds the code of a place.</summary>
    internal float[] Code(float x, float y) => [.. Origin.Select((origin, i) => origin + x * X[i] + y * Y[i])];

    private float Along(float[] axis, float[] code) => axis.Select((part, i) => part * (code[i] - Origin[i])).Sum();
}

/// <summary>What is decoded at the places of a regular grid.</summary>
/// <param name="MinimumX">The leftmost place.</param>
/// <param name="MaximumX">The rightmost place.</param>
/// <param name="MinimumY">The lowest place.</param>
/// <param name="MaximumY">The highest place.</param>
/// <param name="Columns">The number of columns, 2 or more.</param>
/// <param name="Rows">The number of rows, 2 or more; the first is the lowest.</param>
/// <param name="Images">The decoded images, row by row; null for vectors.</param>
/// <param name="Vectors">The decoded vectors, row by row; null for images.</param>
public sealed record PlaneGrid(
    float MinimumX, float MaximumX, float MinimumY, float MaximumY, int Columns, int Rows, IReadOnlyList<Picture>? Images,
    IReadOnlyList<float[]>? Vectors);
