using Microsoft.ML.Trainers;
using Offline.Microsoft.ML.Tests.Transforms;

namespace Offline.Microsoft.ML.Tests.Training;

public class KMeansTests
{
    private static readonly MLContext ML = new(1);

    [Fact]
    public void Schema_is_that_of_the_genuine()
    {
        var schema = Model().Transform(Golden.Data()).Schema;
        Assert.Equal(Golden.Schema("kmeans_schema"), Golden.InTheSameWords(schema));
        Assert.Equal("Clustering", schema.Annotation("Score", "ScoreColumnKind"));
    }

    [Fact]
    public void Average_distance_is_that_of_the_genuine()
    {
        var distances = Model().Transform(Golden.Data()).Vectors("Score").Select(scores => (double)scores.Min());
        Assert.Equal(Recorded.Number("kmeans_evaluate_no_label", "AverageDistance"), distances.Average(), 1e-4);
    }

    [Fact]
    public void Clusters_agree_with_the_labels_as_those_of_the_genuine()
    {
        var view = Model().Transform(Golden.Data());
        var pairs = view.Column<uint>("PredictedLabel").Zip(view.Texts("LabelText")).ToArray();
        double Entropy<T>(IEnumerable<T> values) => values.GroupBy(value => value).Sum(group => -group.Count() / 300.0 * Math.Log(group.Count() / 300.0));
        var (clusters, labels) = (Entropy(pairs.Select(pair => pair.First)), Entropy(pairs.Select(pair => pair.Second)));
        var shared = clusters + labels - Entropy(pairs);
        Assert.Equal(Recorded.Number("kmeans_nmi_with_label"), 2 * shared / (clusters + labels), 0.01);
    }

    [Fact]
    public void Scores_are_squared_distances_and_the_label_is_the_nearest()
    {
        var model = Model();
        VBuffer<float>[] centroids = null;
        model.Model.GetClusterCentroids(ref centroids, out var count);
        Assert.Equal(3, count);
        var view = model.Transform(Golden.Data());
        var (features, scores, labels) = (view.Vectors("Features"), view.Vectors("Score"), view.Column<uint>("PredictedLabel"));
        for (var row = 0; row < features.Length; row++)
        {
            for (var i = 0; i < 3; i++)
                Assert.Equal(centroids[i].DenseValues().Zip(features[row], (a, b) => Math.Pow((double)a - b, 2)).Sum(), scores[row][i], 1e-3);
            Assert.Equal(scores[row].Min(), scores[row][labels[row] - 1]);
        }
    }

    [Fact]
    public void Centres_are_the_means_of_their_rows()
    {
        var model = Model();
        VBuffer<float>[] centroids = null;
        model.Model.GetClusterCentroids(ref centroids, out _);
        var view = model.Transform(Golden.Data());
        foreach (var cluster in view.Vectors("Features").Zip(view.Column<uint>("PredictedLabel")).GroupBy(pair => pair.Second))
            for (var i = 0; i < 2; i++)
                Assert.Equal(cluster.Average(pair => pair.First[i]), centroids[cluster.Key - 1].GetItemOrDefault(i), 1e-4);
    }

    [Fact]
    public void The_seed_of_the_context_decides()
    {
        var data = Golden.Data();
        IDataView Fit(int seed) => new MLContext(seed).Clustering.Trainers.KMeans(numberOfClusters: 20).Fit(data).Transform(data);
        Recorded.AssertSame(Fit(3), Fit(3));
        Assert.NotEqual(Fit(3).Vectors("Score")[0], Fit(4).Vectors("Score")[0]);
    }

    [Fact]
    public void Rows_without_weight_do_not_count()
    {
        var data = new Table(30).AddVector("Features", 2, row => [row < 20 ? row % 2 : 1e4f, 0]).AddFloat("W", row => row < 20 ? 1 : 0);
        var model = ML.Clustering.Trainers.KMeans("Features", "W", 2).Fit(data);
        VBuffer<float>[] centroids = null;
        model.Model.GetClusterCentroids(ref centroids, out _);
        Assert.Equal([0, 1], centroids.Select(centroid => centroid.GetItemOrDefault(0)).Order());
    }

    [Fact]
    public void A_model_survives_saving_bit_for_bit()
    {
        var data = Golden.Data();
        var loaded = Recorded.SavedAndLoaded(Model(), data.Schema);
        Recorded.AssertSame(Model().Transform(data), loaded.Transform(data));
        Assert.IsType<ClusteringPredictionTransformer<KMeansModelParameters>>(loaded);
    }

    [Fact]
    public void A_missing_column_is_refused_in_the_recorded_words()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ML.Clustering.Trainers.KMeans("Nope").Fit(Golden.Data()));
        Assert.Equal(Golden.Text("error_missing_feature_trainer"), error.Message());
        var other = new Table(1).AddText("T", _ => "");
        error = Assert.Throws<ArgumentOutOfRangeException>(() => Model().Transform(other));
        Assert.Equal("Features column 'Feature' not found (Parameter 'schema')", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Model().GetOutputSchema(other.Schema));
    }

    [Fact]
    public void Another_type_is_refused_in_the_recorded_words()
    {
        var data = new Table(3).AddFloat("F", row => row).Add("V", new VectorDataViewType(NumberDataViewType.Single), _ => default(VBuffer<float>));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ML.Clustering.Trainers.KMeans("F").Fit(data));
        Assert.Equal("Schema mismatch for feature column 'F': expected Vector<Single>, got Single (Parameter 'inputSchema')", error.Message);
        error = Assert.Throws<ArgumentOutOfRangeException>(() => ML.Clustering.Trainers.KMeans("V").Fit(data));
        Assert.Equal("Schema mismatch for feature column 'V': expected Vector<Single>, got VarVector<Single> (Parameter 'inputSchema')", error.Message);
    }

    [Fact]
    public void Another_size_is_refused_in_the_recorded_words()
    {
        var data = new Table(1).AddVector("Features", 4, _ => [1, 2, 3, 4]);
        var error = Assert.Throws<InvalidOperationException>(() => Model().Transform(data));
        Assert.Equal("Incompatible features column type: 'Vector<Single, 4>' vs 'Vector<Single, 2>'", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Model().GetOutputSchema(data.Schema));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Too_few_rows_are_refused_in_the_recorded_words(int rows)
    {
        var data = new Table(rows).AddVector("Features", 2, row => [row, row]);
        var error = Assert.Throws<InvalidOperationException>(() => ML.Clustering.Trainers.KMeans(numberOfClusters: 3).Fit(data));
        Assert.Equal("Failed to initialize clusters: too few examples", error.Message);
    }

    private static ClusteringPredictionTransformer<KMeansModelParameters> Model() =>
        new MLContext(1).Clustering.Trainers.KMeans(numberOfClusters: 3).Fit(Golden.Data());
}
