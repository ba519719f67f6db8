namespace Microsoft.ML.Data;

/// <summary>How near the rows are to the centers of their clusters, and how clusters and labels agree.</summary>
public sealed class ClusteringMetrics
{
    internal ClusteringMetrics(double normalizedMutualInformation, double averageDistance, double daviesBouldinIndex) =>
        (NormalizedMutualInformation, AverageDistance, DaviesBouldinIndex) = (normalizedMutualInformation, averageDistance, daviesBouldinIndex);

    public double NormalizedMutualInformation { get; }

    public double AverageDistance { get; }

    public double DaviesBouldinIndex { get; }
}
