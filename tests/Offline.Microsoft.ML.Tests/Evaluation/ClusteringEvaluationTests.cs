using Offline.Microsoft.ML.Tests.Transforms;

namespace Offline.Microsoft.ML.Tests.Evaluation;

public class ClusteringEvaluationTests
{
    private readonly ClusteringCatalog _catalog = new MLContext(1).Clustering;

    [Fact]
    public void The_metrics_are_those_of_the_package()
    {
        var metrics = _catalog.Evaluate(Recorded.ScoredRows(), "Label", "Score", "Features");
        Assert.Equal(Recorded.Number("clustering_evaluate", "AverageDistance"), metrics.AverageDistance, 1e-6);
        Assert.Equal(Recorded.Number("clustering_evaluate", "DaviesBouldinIndex"), metrics.DaviesBouldinIndex, 1e-5);
        Assert.Equal(Recorded.Number("clustering_evaluate", "NormalizedMutualInformation"), metrics.NormalizedMutualInformation, 1e-6);
    }

    [Fact]
    public void Without_label_and_features_there_is_the_distance_alone()
    {
        var metrics = _catalog.Evaluate(Recorded.ScoredRows());
        Assert.Equal(Recorded.Number("clustering_evaluate_no_label", "AverageDistance"), metrics.AverageDistance, 1e-6);
        Assert.Equal(0, metrics.DaviesBouldinIndex);
        Assert.Equal(double.NaN, metrics.NormalizedMutualInformation);
    }

    [Fact]
    public void The_clusters_of_k_means_are_judged_as_by_the_package()
    {
        var data = Golden.Data();
        var (features, labels) = (data.Vectors("Features"), data.Texts("LabelText"));
        var means = Means(features, labels);
        // Lloyd's rounds; the labels are a start near their end.
        for (var round = 0; round < 100; round++)
            means = Means(features, features.Select(row => Nearest(means, row)).ToArray());
        var scored = new Table(features.Length).AddVector("Features", 2, row => features[row])
            .AddVector("Score", 3, row => means.Select(mean => Distance(mean, features[row])).ToArray())
            .AddKeys("Label", 3, row => (uint)Array.IndexOf(["alpha", "beta", "gamma"], labels[row]) + 1);
        var metrics = _catalog.Evaluate(scored, "Label", featureColumnName: "Features");
        Assert.Equal(Recorded.Number("kmeans_evaluate_no_label", "AverageDistance"), metrics.AverageDistance, 1e-3);
        Assert.Equal(Recorded.Number("kmeans_evaluate_no_label", "DaviesBouldinIndex"), metrics.DaviesBouldinIndex, 1e-3);
        Assert.Equal(Recorded.Number("kmeans_nmi_with_label"), metrics.NormalizedMutualInformation, 1e-6);
    }

    [Theory]
    [InlineData(0, 0, 1, 1, 1)]
    [InlineData(1, 1, 0, 0, 1)]
    [InlineData(0, 1, 0, 1, 0)]
    [InlineData(3, 3, 3, 3, double.NaN)]
    public void Clusters_tell_of_labels_all_or_nothing(float first, float second, float third, float fourth, double information)
    {
        float[] labels = [first, second, third, fourth];
        var data = new Table(4).AddFloat("Label", row => labels[row]).AddVector("Score", 2, row => row < 2 ? [0, 1] : [1, 0]);
        Assert.Equal(information, _catalog.Evaluate(data, "Label").NormalizedMutualInformation, 1e-12);
    }

    [Fact]
    public void An_empty_cluster_counts_in_the_mean_of_the_index()
    {
        // Widths of 1 each, 10 between the centers: 0.2 for two of the three clusters.
        float[] places = [-1, 1, 9, 11];
        var data = new Table(4).AddVector("Features", 1, row => [places[row]]).AddVector("Score", 3, row => row < 2 ? [0, 1, 2] : [1, 0, 2]);
        Assert.Equal(0.4 / 3, _catalog.Evaluate(data, featureColumnName: "Features").DaviesBouldinIndex, 1e-12);
    }

    [Fact]
    public void Bad_scores_do_not_count_and_bad_labels_throw()
    {
        var data = new Table(3).AddFloat("Label", row => row - 1).AddVector("Score", 2, row => row == 0 ? [float.PositiveInfinity, 0] : [row, 5]);
        Assert.Equal(1.5, _catalog.Evaluate(data).AverageDistance);
        Assert.Equal("Invalid label: -1", Assert.Throws<InvalidOperationException>(() => _catalog.Evaluate(data, "Label")).Message);
    }

    [Theory]
    [InlineData("Nope", "Score", null, "Nope column 'Label' not found")]
    [InlineData(null, "Nope", null, "Nope column 'Score' not found")]
    [InlineData(null, "Score", "Nope", "Nope column 'Feature' not found")]
    [InlineData("Features", "Score", null, "Schema mismatch for label column 'Features': expected Single or KeyType, got Vector<Single, 2>")]
    [InlineData(null, "Label", null, "Schema mismatch for score column 'Label': expected known-size vector of Single, got Key<UInt32, 0-2>")]
    [InlineData(null, "Score", "Label", "Schema mismatch for features column 'Label': expected known-size vector of Single, got Key<UInt32, 0-2>")]
    public void Columns_are_checked(string label, string score, string features, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _catalog.Evaluate(Recorded.ScoredRows(), label, score, features));
        Assert.Equal(message + " (Parameter 'schema')", error.Message);
    }

    private static float[][] Means<T>(float[][] rows, T[] groups) => rows.Zip(groups).GroupBy(row => row.Second, row => row.First)
        .OrderBy(group => group.Key).Select(group => new[] { group.Average(row => row[0]), group.Average(row => row[1]) }).ToArray();

    private static int Nearest(float[][] means, float[] row) => Enumerable.Range(0, means.Length).MinBy(i => Distance(means[i], row));

    // Of k-means, squared.
    private static float Distance(float[] left, float[] right) => left.Zip(right, (a, b) => (a - b) * (a - b)).Sum();
}
