namespace FashionAE.Report.Figures;

/// <summary>Where a denoised image differs from the clean one.</summary>
/// <param name="ClassName">The class of the image.</param>
/// <param name="Clean">The image, a byte a pixel, row by row.</param>
/// <param name="Denoised">What the model made of its noisy form.</param>
/// <param name="Errors">The squared error of each pixel, in [0, 1].</param>
public sealed record ErrorMap(string ClassName, byte[] Clean, byte[] Denoised, float[] Errors);
