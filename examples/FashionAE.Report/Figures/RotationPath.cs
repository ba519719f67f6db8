namespace FashionAE.Report.Figures;

/// <summary>The codes of one image and of rotations of it.</summary>
/// <param name="ClassName">The class of the image.</param>
/// <param name="Steps">The image itself (0 degrees) and its rotations, in ascending order of angle.</param>
public sealed record RotationPath(string ClassName, IReadOnlyList<RotationStep> Steps);
