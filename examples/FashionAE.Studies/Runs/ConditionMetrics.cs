using FashionAE.Torch;

namespace FashionAE.Studies.Runs;

/// <summary>Scores under one condition.</summary>
/// <param name="Overall">Over all test images.</param>
/// <param name="PerClass">By class.</param>
/// <param name="JudgedRight">The share of decoded images that the classifier judges to be their own class, in [0, 1]; null where none judges.</param>
/// <param name="JudgedRightPerClass">The same by class.</param>
/// <param name="DecodedClasses">
/// The number of images of each class, by the class that the classifier sees in the decoded image (a confusion matrix): every class has
/// a row with a count for every class. Null where no classifier judges, and in files of earlier versions.
/// </param>
public sealed record ConditionMetrics(
    ReconstructionMetrics Overall, IReadOnlyDictionary<string, ReconstructionMetrics> PerClass,
    double? JudgedRight = null, IReadOnlyDictionary<string, double>? JudgedRightPerClass = null,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>>? DecodedClasses = null)
{
    /// <summary>Gets a value indicating whether <see cref="DecodedClasses"/> is a square table that counts every image once.</summary>
    internal bool CountsEveryImage => DecodedClasses is null || DecodedClasses.All(row =>
        row.Value is { } counts && counts.Count == DecodedClasses.Count
        && counts.All(pair => pair.Value >= 0 && DecodedClasses.ContainsKey(pair.Key))
        && counts.Values.Sum(count => (long)count) == (PerClass.GetValueOrDefault(row.Key)?.Count ?? 0));

    /// <summary>Computes the share of the images of a class in whose decoded image the classifier sees a given class.</summary>
    /// <param name="name">The class of the images.</param>
    /// <param name="decoded">The class that the classifier sees.</param>
    /// <returns>The share in [0, 1]; null where it is not known, or the class has no images.</returns>
    public double? DecodedShare(string name, string decoded) =>
        DecodedClasses?.GetValueOrDefault(name) is { } counts && counts.Values.Sum() is > 0 and var images
            ? (double)counts.GetValueOrDefault(decoded) / images
            : null;
}
