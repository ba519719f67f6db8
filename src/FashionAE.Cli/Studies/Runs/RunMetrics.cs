using System.Text.Json.Serialization;

namespace FashionAE.Cli;

/// <summary>How a run does on the test images; metrics.json.</summary>
/// <param name="Conditions">Its scores by what was done to the images first.</param>
/// <param name="NearestNeighborAccuracy">How often the 15 nearest training codes tell the class of a clean test image's code.</param>
/// <param name="ClassifierAccuracy">How often the judging classifier is right on the originals; null where none judges.</param>
internal sealed record RunMetrics(
    IReadOnlyDictionary<string, ConditionMetrics> Conditions,
    // The spelling that files of runs have had from the first.
    [property: JsonPropertyName("nearestNeighbourAccuracy")] double NearestNeighborAccuracy, double? ClassifierAccuracy = null)
{
    /// <summary>Gets a value indicating whether all scores are within their ranges.</summary>
    internal bool IsPossible =>
        IsShare(NearestNeighborAccuracy) && IsShare(ClassifierAccuracy) && Conditions.Values.All(condition => condition.IsPossible);

    /// <summary>Gets the name of what is missing within; null where all is there. Classes are those of the first condition.</summary>
    internal string? Lacks => Conditions.Count == 0
        ? nameof(Conditions).ToLowerInvariant()
        : Conditions.FirstOrDefault(condition => condition.Value is null).Key
            ?? Conditions.Values.SelectMany(scores => Conditions.Values.First().PerClass.Keys.Where(scores.Lacks)).FirstOrDefault();

    internal static bool IsShare(double? number) => number is null or (>= 0 and <= 1);
}

/// <summary>Scores under one condition.</summary>
/// <param name="Overall">Over all test images.</param>
/// <param name="PerClass">By class.</param>
/// <param name="JudgedRight">The share of decoded images that the classifier judges to be their own class; null where none judges.</param>
/// <param name="JudgedRightPerClass">The same by class.</param>
/// <param name="DecodedClasses">
/// The number of images of each class, by the class that the classifier sees in the decoded image (a confusion matrix): every class has
/// a row with a count for every class. Null where no classifier judges, and in files of earlier versions.
/// </param>
internal sealed record ConditionMetrics(
    ReconstructionMetrics Overall, IReadOnlyDictionary<string, ReconstructionMetrics> PerClass,
    double? JudgedRight = null, IReadOnlyDictionary<string, double>? JudgedRightPerClass = null,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>>? DecodedClasses = null)
{
    /// <summary>Gets a value indicating whether scores are in their ranges, and every image is counted once.</summary>
    internal bool IsPossible => RunMetrics.IsShare(JudgedRight)
        && JudgedRightPerClass?.Values.All(share => RunMetrics.IsShare(share)) is not false
        && PerClass.Values.Append(Overall).All(scores =>
            scores is { Count: >= 0, MeanSquaredError: >= 0 and <= 1, StructuralSimilarity: >= -1 and <= 1 }
            && !double.IsNaN(scores.PeakSignalToNoiseRatio))
        && DecodedClasses?.All(row =>
            row.Value is { } counts && counts.Count == DecodedClasses.Count
            && counts.All(pair => pair.Value >= 0 && DecodedClasses.ContainsKey(pair.Key))
            && counts.Values.Sum(count => (long)count) == (PerClass.GetValueOrDefault(row.Key)?.Count ?? 0)) is not false;

    /// <summary>The share of the images of a class in whose decoded image the classifier sees another; null where unknown.</summary>
    public double? DecodedShare(string name, string decoded) =>
        DecodedClasses?.GetValueOrDefault(name) is { } counts && counts.Values.Sum() is > 0 and var images
            ? (double)counts.GetValueOrDefault(decoded) / images
            : null;

    /// <summary>Returns whether something that is told of other classes is not told of this one.</summary>
    internal bool Lacks(string name) => PerClass.GetValueOrDefault(name) is null || JudgedRightPerClass?.ContainsKey(name) == false
        || (DecodedClasses is { } rows && rows.GetValueOrDefault(name) is null);
}
