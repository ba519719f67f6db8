using FashionAE.Torch;

namespace FashionAE.Studies.Runs;

/// <summary>Scores under one condition.</summary>
/// <param name="Overall">Over all test images.</param>
/// <param name="PerClass">By class.</param>
/// <param name="JudgedRight">The share of decoded images that the classifier judges to be their own class, in [0, 1]; null where none judges.</param>
/// <param name="JudgedRightPerClass">The same by class.</param>
public sealed record ConditionMetrics(
    ReconstructionMetrics Overall, IReadOnlyDictionary<string, ReconstructionMetrics> PerClass,
    double? JudgedRight = null, IReadOnlyDictionary<string, double>? JudgedRightPerClass = null);
