using System.Text.Json.Serialization;

namespace FashionAE.Studies.Runs;

/// <summary>How a run does on the test images; metrics.json.</summary>
/// <param name="Conditions">Its scores by what was done to the images first.</param>
/// <param name="NearestNeighborAccuracy">How often the 15 nearest training codes tell the class of a clean test image's code, in [0, 1].</param>
/// <param name="ClassifierAccuracy">How often the judging classifier is right on the originals, in [0, 1]; null where none judges.</param>
public sealed record RunMetrics(
    IReadOnlyDictionary<string, ConditionMetrics> Conditions,
    // The spelling that files of runs have had from the first.
    [property: JsonPropertyName("nearestNeighbourAccuracy")] double NearestNeighborAccuracy, double? ClassifierAccuracy = null)
{
    /// <summary>Gets a value indicating whether all scores are within their ranges.</summary>
    internal bool IsPossible => IsShare(NearestNeighborAccuracy) && IsShare(ClassifierAccuracy) && Conditions.Values.All(condition =>
        IsShare(condition.JudgedRight) && condition.JudgedRightPerClass?.Values.All(share => IsShare(share)) is not false
        && condition.CountsEveryImage
        && condition.PerClass.Values.Append(condition.Overall).All(scores =>
            scores is { Count: >= 0, MeanSquaredError: >= 0 and <= 1, StructuralSimilarity: >= -1 and <= 1 } && !double.IsNaN(scores.PeakSignalToNoiseRatio)));

    /// <summary>Gets the name of something that is missing within; null where all is there. Classes are those of the first condition.</summary>
    internal string? Lacks
    {
        get
        {
            if (Conditions.Count == 0)
                return nameof(Conditions).ToLowerInvariant();
            if (Conditions.FirstOrDefault(condition => condition.Value is null).Key is { } name)
                return name;
            var classes = Conditions.Values.First().PerClass.Keys;
            return Conditions.Values
                .SelectMany(scores => classes.Where(c =>
                    scores.PerClass.GetValueOrDefault(c) is null || scores.JudgedRightPerClass?.ContainsKey(c) == false
                    || (scores.DecodedClasses is { } rows && rows.GetValueOrDefault(c) is null)))
                .FirstOrDefault();
        }
    }

    private static bool IsShare(double? number) => number is null or (>= 0 and <= 1);
}
