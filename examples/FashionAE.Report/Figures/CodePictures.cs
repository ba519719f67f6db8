namespace FashionAE.Report.Figures;

/// <summary>What one code of a <see cref="CodeCloud"/> stands for.</summary>
/// <param name="Index">Which code.</param>
/// <param name="Original">The image, a byte a pixel, row by row.</param>
/// <param name="Reconstruction">What is decoded from the code.</param>
public sealed record CodePictures(int Index, byte[] Original, byte[] Reconstruction);
