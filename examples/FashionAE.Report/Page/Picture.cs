namespace FashionAE.Report.Page;

/// <summary>One small image.</summary>
/// <param name="Width">Its width in pixels.</param>
/// <param name="Height">Its height in pixels.</param>
/// <param name="Pixels">One byte a pixel for gray, or three (red, green, blue), row by row.</param>
/// <param name="Label">What stands below it; null for nothing.</param>
/// <param name="IsMarked">Whether it is marked as wrong.</param>
public sealed record Picture(int Width, int Height, byte[] Pixels, string? Label = null, bool IsMarked = false);
