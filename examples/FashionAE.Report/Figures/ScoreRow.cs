using FashionAE.Torch;

namespace FashionAE.Report.Figures;

/// <summary>Scores of the test images of one class under one condition.</summary>
/// <param name="Condition">What was done to the images, such as "noise 0.25".</param>
/// <param name="ClassName">The class, or "all".</param>
/// <param name="Score">The scores.</param>
public sealed record ScoreRow(string Condition, string ClassName, ReconstructionMetrics Score);
