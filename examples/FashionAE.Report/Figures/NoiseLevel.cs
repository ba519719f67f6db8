namespace FashionAE.Report.Figures;

/// <summary>One image at one level of noise.</summary>
/// <param name="Deviation">The standard deviation of the noise, of pixels in [0, 1].</param>
/// <param name="Image">The image with its noise, and what the model made of it.</param>
public sealed record NoiseLevel(double Deviation, Reconstruction Image);
