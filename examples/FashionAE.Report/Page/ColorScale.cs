namespace FashionAE.Report.Page;

/// <summary>A color bar.</summary>
/// <param name="Title">What it measures, with the unit.</param>
/// <param name="Minimum">The value of the first color.</param>
/// <param name="Maximum">The value of the last.</param>
/// <param name="Colors">Three bytes a color (red, green, blue), from the least value to the greatest.</param>
public sealed record ColorScale(string Title, double Minimum, double Maximum, byte[] Colors);
