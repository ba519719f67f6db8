namespace FashionAE.Report.Figures;

/// <summary>The shares of decoded test images in which the classifier sees their own class, in [0, 1]; null where no run tells.</summary>
/// <param name="ClassName">The class, or "all".</param>
/// <param name="UprightBefore">Of upright images, by the model that was trained upright alone.</param>
/// <param name="RotatedBefore">Of rotated images, by the same.</param>
/// <param name="UprightAfter">Of upright images, by the model that was trained on rotated copies too.</param>
/// <param name="RotatedAfter">Of rotated images, by the same.</param>
public sealed record JudgedShare(string ClassName, double? UprightBefore, double? RotatedBefore, double? UprightAfter, double? RotatedAfter);
