using System.Text.Json.Serialization;

namespace FashionAE.Cli;

/// <summary>The scores of a run on the test images, stored as metrics.json.</summary>
/// <param name="Conditions">The scores by condition, such as the noise that was added to the images.</param>
/// <param name="NearestNeighborAccuracy">The accuracy of 15-nearest-neighbor classification of clean test images by their codes.</param>
/// <param name="ClassifierAccuracy">The accuracy of the classifier on the original images; null if the study has no classifier.</param>
internal sealed record RunMetrics(
    IReadOnlyDictionary<string, ConditionMetrics> Conditions,
    // Files of runs have always had this spelling.
    [property: JsonPropertyName("nearestNeighbourAccuracy")] double NearestNeighborAccuracy, double? ClassifierAccuracy = null)
{
    /// <summary>Gets a value indicating whether all scores are in their ranges.</summary>
    internal bool IsPossible =>
        IsShare(NearestNeighborAccuracy) && IsShare(ClassifierAccuracy) && Conditions.Values.All(condition => condition.IsPossible);

    /// <summary>Gets the name of a missing entry; null if all exist. All conditions need the classes of the first one.</summary>
    internal string? Lacks => Conditions.Count == 0
        ? nameof(Conditions).ToLowerInvariant()
        : Conditions.FirstOrDefault(condition => condition.Value is null).Key
            ?? Conditions.Values.SelectMany(scores => Conditions.Values.First().PerClass.Keys.Where(scores.Lacks)).FirstOrDefault();

    internal static bool IsShare(double? number) => number is null or (>= 0 and <= 1);
}

/// <summary>Scores under one condition.</summary>
/// <param name="Overall">The scores of all test images.</param>
/// <param name="PerClass">The scores of each class.</param>
/// <param name="JudgedRight">The share of decoded images that the classifier assigns to their own class; null without a classifier.</param>
/// <param name="JudgedRightPerClass">The same share for each class.</param>
/// <param name="DecodedClasses">
/// The confusion matrix: for each class, the number of its images by the class that the classifier assigns to the decoded image. Every
/// class has a row with a count for every class. Null without a classifier and in files of earlier versions.
/// </param>
internal sealed record ConditionMetrics(
    ReconstructionMetrics Overall, IReadOnlyDictionary<string, ReconstructionMetrics> PerClass,
    double? JudgedRight = null, IReadOnlyDictionary<string, double>? JudgedRightPerClass = null,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>>? DecodedClasses = null)
{
    /// <summary>Gets a value indicating whether all scores are in their ranges and every image is counted once.</summary>
    internal bool IsPossible => RunMetrics.IsShare(JudgedRight)
        && JudgedRightPerClass?.Values.All(share => RunMetrics.IsShare(share)) is not false
        && PerClass.Values.Append(Overall).All(scores =>
            scores is { Count: >= 0, MeanSquaredError: >= 0 and <= 1, StructuralSimilarity: >= -1 and <= 1 }
            && !double.IsNaN(scores.PeakSignalToNoiseRatio))
        && DecodedClasses?.All(row =>
            row.Value is { } counts && counts.Count == DecodedClasses.Count
            && counts.All(pair => pair.Value >= 0 && DecodedClasses.ContainsKey(pair.Key))
            && counts.Values.Sum(count => (long)count) == (PerClass.GetValueOrDefault(row.Key)?.Count ?? 0)) is not false;

    /// <summary>Computes the share of images of a class that the classifier assigns to a class after decoding; null if unknown.</summary>
    /// <param name="name">The true class of the images.</param>
    /// <param name="decoded">The class that the classifier assigns. It may be the true class.</param>
    public double? DecodedShare(string name, string decoded) =>
        DecodedClasses?.GetValueOrDefault(name) is { } counts && counts.Values.Sum() is > 0 and var images
            ? (double)counts.GetValueOrDefault(decoded) / images
            : null;

    /// <summary>Returns whether an entry that other classes have is missing for this class.</summary>
    internal bool Lacks(string name) => PerClass.GetValueOrDefault(name) is null || JudgedRightPerClass?.ContainsKey(name) == false
        || (DecodedClasses is { } rows && rows.GetValueOrDefault(name) is null);
}
