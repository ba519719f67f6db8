namespace FashionAE.Report.Figures;

/// <summary>The code of one rotation of an image.</summary>
/// <param name="Degrees">The angle, counter-clockwise.</param>
/// <param name="X">The first value of the code.</param>
/// <param name="Y">The second.</param>
/// <param name="Image">The rotated image, a byte a pixel, row by row.</param>
/// <param name="Decoded">What is decoded from the code.</param>
public sealed record RotationStep(double Degrees, float X, float Y, byte[] Image, byte[] Decoded);
