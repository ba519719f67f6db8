namespace FashionAE.Report.Page;

/// <summary>One small image.</summary>
/// <param name="Width">Its width in pixels.</param>
/// <param name="Height">Its height in pixels.</param>
/// <param name="Pixels">One byte a pixel for gray, or three (red, green, blue), row by row.</param>
/// <param name="Label">What stands below it; null for nothing.</param>
/// <param name="IsMarked">Whether it is marked as wrong.</param>
public sealed record Picture(int Width, int Height, byte[] Pixels, string? Label = null, bool IsMarked = false)
{
    /// <summary>Gets how many bytes a pixel has.</summary>
    internal int Channels => Pixels.Length == Width * Height ? 1 : 3;

    /// <summary>Throws where the pixels are not as many as they should be.</summary>
    internal void Check(string figure)
    {
        if (Width <= 0 || Height <= 0 || (Pixels.Length != Width * Height && Pixels.Length != 3 * Width * Height))
            throw new ArgumentException(
                $"A picture of the figure '{figure}' has {Pixels.Length} bytes: give it one or three for each of {Width}x{Height} pixels.");
    }
}
