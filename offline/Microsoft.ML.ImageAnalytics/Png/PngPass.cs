namespace Microsoft.ML.Png;

/// <summary>One of the images in an interlaced PNG: every so many pixels of the whole.</summary>
internal readonly record struct PngPass(int X, int Y, int StepX, int StepY)
{
    private static readonly PngPass[] Whole = [new(0, 0, 1, 1)];

    private static readonly PngPass[] Adam7 =
    [
        new(0, 0, 8, 8), new(4, 0, 8, 8), new(0, 4, 4, 8), new(2, 0, 4, 4), new(0, 2, 2, 4), new(1, 0, 2, 2), new(0, 1, 1, 2),
    ];

    /// <summary>The passes of an image that have pixels.</summary>
    public static IEnumerable<PngPass> Of(PngHeader header) =>
        (header.Interlaced ? Adam7 : Whole).Where(pass => pass.X < header.Width && pass.Y < header.Height);

    public int Width(PngHeader header) => (header.Width - X + StepX - 1) / StepX;

    public int Height(PngHeader header) => (header.Height - Y + StepY - 1) / StepY;

    /// <summary>The bytes of the pass once inflated: each row has one for its filter.</summary>
    public long Length(PngHeader header) => (long)Height(header) * (1 + header.RowLength(Width(header)));
}
