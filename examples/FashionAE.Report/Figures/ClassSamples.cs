namespace FashionAE.Report.Figures;

/// <summary>Some images of one class.</summary>
/// <param name="ClassName">The class.</param>
/// <param name="Images">The images, a byte a pixel, row by row.</param>
public sealed record ClassSamples(string ClassName, IReadOnlyList<byte[]> Images);
