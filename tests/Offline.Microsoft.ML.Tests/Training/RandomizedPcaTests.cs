using Microsoft.ML.Trainers;
using Offline.Microsoft.ML.Tests.Transforms;

namespace Offline.Microsoft.ML.Tests.Training;

public class RandomizedPcaTests
{
    private static readonly MLContext ML = new(1);

    [Fact]
    public void Columns_are_a_Boolean_and_a_number()
    {
        var schema = Model().GetOutputSchema(Recorded.Plane(1).Schema);
        Assert.Equal(["Features", "PredictedLabel", "Score"], schema.Select(column => column.Name));
        Assert.Equal([BooleanDataViewType.Instance, NumberDataViewType.Single], schema.Skip(1).Select(column => column.Type));
        Assert.Equal("PredictedLabel", schema.Annotation("PredictedLabel", "ScoreValueKind"));
        Assert.Equal("Score", schema.Annotation("Score", "ScoreValueKind"));
    }

    [Fact]
    public void Rows_on_the_plane_score_low_and_rows_across_it_high()
    {
        var data = new Table(2).AddVector("Features", 10, row => row == 0 ? [3, 3, 1, -1, 0, 0, 0, 0, 0, 0] : [0, 0, 0, 0, 5, 0, 0, 0, 0, 5]);
        var view = Model().Transform(data);
        var scores = view.Column<float>("Score");
        Assert.InRange(scores[0], 0, 0.01);
        Assert.InRange(scores[1], 0.99, 1);
        Assert.Equal([false, true], view.Column<bool>("PredictedLabel"));
    }

    [Fact]
    public void The_score_is_the_root_of_the_share_that_is_left()
    {
        var model = Model();
        VBuffer<float>[] vectors = null;
        model.Model.GetEigenVectors(ref vectors, out var rank);
        Assert.Equal(2, rank);
        VBuffer<float> mean = default;
        model.Model.GetMean(ref mean);
        var values = Enumerable.Range(0, 10).Select(i => (float)Math.Sin(i)).ToArray();
        var centered = values.Zip(mean.DenseValues(), (value, middle) => (double)value - middle).ToArray();
        var (all, within) = (centered.Sum(value => value * value), vectors.Take(rank).Sum(vector => Math.Pow(vector.DenseValues().Zip(centered, (a, b) => a * b).Sum(), 2)));
        var score = Assert.Single(model.Transform(new Table(1).AddVector("Features", 10, _ => values)).Column<float>("Score"));
        Assert.Equal(Math.Sqrt((all - within) / all), score, 1e-5);
    }

    [Fact]
    public void Directions_are_of_length_1_and_at_right_angles()
    {
        VBuffer<float>[] vectors = null;
        Model().Model.GetEigenVectors(ref vectors, out _);
        double Dot(int i, int j) => vectors[i].DenseValues().Zip(vectors[j].DenseValues(), (a, b) => (double)a * b).Sum();
        Assert.Equal(1, Dot(0, 0), 1e-4);
        Assert.Equal(1, Dot(1, 1), 1e-4);
        Assert.Equal(0, Dot(0, 1), 1e-4);
        // The plane's own: along (1, 1, 0, 0) and (0, 0, 1, -1).
        Assert.Equal(Math.Sqrt(0.5), Math.Abs(vectors[0].GetItemOrDefault(0)), 0.05);
        Assert.Equal(Math.Sqrt(0.5), Math.Abs(vectors[1].GetItemOrDefault(2)), 0.05);
    }

    [Fact]
    public void All_components_leave_nothing()
    {
        var model = ML.AnomalyDetection.Trainers.RandomizedPca(rank: 2).Fit(Golden.Data());
        Assert.All(model.Transform(Golden.Data()).Column<float>("Score"), score => Assert.InRange(score, 0, 0.01));
    }

    [Fact]
    public void The_mean_itself_is_no_anomaly()
    {
        var model = ML.AnomalyDetection.Trainers.RandomizedPca(rank: 1, ensureZeroMean: false).Fit(Golden.Data());
        Assert.Equal([0f], model.Transform(new Table(1).AddVector("Features", 2, _ => [0, 0])).Column<float>("Score"));
    }

    [Fact]
    public void The_seed_decides()
    {
        var data = Recorded.Plane(100);
        IDataView Fit(int context, int? seed) =>
            new MLContext(context).AnomalyDetection.Trainers.RandomizedPca(rank: 5, oversampling: 0, seed: seed).Fit(data).Transform(data);
        Recorded.AssertSame(Fit(1, null), Fit(1, null));
        Recorded.AssertSame(Fit(1, 7), Fit(2, 7));
        Assert.NotEqual(Fit(1, 7).Column<float>("Score"), Fit(1, 8).Column<float>("Score"));
    }

    [Fact]
    public void A_model_survives_saving_bit_for_bit()
    {
        var data = Recorded.Plane(100);
        var loaded = Recorded.SavedAndLoaded(Model(), data.Schema);
        Recorded.AssertSame(Model().Transform(data), loaded.Transform(data));
        Assert.IsType<AnomalyPredictionTransformer<PcaModelParameters>>(loaded);
    }

    [Fact]
    public void No_rows_and_too_high_a_rank_are_refused()
    {
        var empty = new Table(0).AddVector("Features", 30, _ => new float[30]);
        var error = Assert.Throws<InvalidOperationException>(() => ML.AnomalyDetection.Trainers.RandomizedPca().Fit(empty));
        Assert.Equal("Empty training data", error.Message);
        error = Assert.Throws<InvalidOperationException>(() => ML.AnomalyDetection.Trainers.RandomizedPca(rank: 3).Fit(Golden.Data()));
        Assert.Equal("Rank (3) cannot be larger than the original dimension (2)", error.Message);
    }

    private static AnomalyPredictionTransformer<PcaModelParameters> Model() =>
        new MLContext(1).AnomalyDetection.Trainers.RandomizedPca(rank: 2).Fit(Recorded.Plane(500));
}
