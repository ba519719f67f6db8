namespace FashionAE.Report.Page;

/// <summary>A colour bar.</summary>
/// <param name="Title">What it measures, with the unit.</param>
/// <param name="Minimum">The value of the first colour.</param>
/// <param name="Maximum">The value of the last.</param>
/// <param name="Colours">Three bytes a colour (red, green, blue), from the least value to the greatest.</param>
public sealed record ColourScale(string Title, double Minimum, double Maximum, byte[] Colours);
