using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Anomalies;

/// <summary>
/// Compares each score with its formula in double precision, computed from the outputs of an autoencoder without a detector.
/// </summary>
public abstract class AnomalyScoreTests : IDisposable
{
    private const int Side = Images.Side;

    private readonly MLContext _ml = new(1);
    private readonly string _model = Path.GetTempFileName();
    private readonly IDataView _new;
    private readonly IDataView _training;
    private readonly IDataView _heldOut;

    protected AnomalyScoreTests() => (_training, _heldOut, _new) = (Images.View(_ml, 90, 2), Images.View(_ml, 40, 3), Images.View(_ml, 50, 4));

    public void Dispose() => File.Delete(_model);

    [Fact]
    public void The_mean_squared_error_is_that_of_the_reconstruction()
    {
        var (scores, autoencoder) = Score(AnomalyScore.MeanSquaredError);
        AssertClose(Maps(autoencoder, _new).Select(map => map.Average()), scores);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(3)]
    public void The_weighted_error_is_relative_to_that_of_training_rows_in_each_pixel(double floor)
    {
        var (scores, autoencoder) = Score(new WeightedErrorScore { Floor = floor });
        var training = Maps(autoencoder, _training);
        var usual = Enumerable.Range(0, Images.Size).Select(pixel => training.Average(map => map[pixel])).ToArray();
        var added = floor * usual.Average();
        AssertClose(Maps(autoencoder, _new).Select(map => map.Zip(usual, (error, mean) => error / (mean + added)).Average()), scores);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    [InlineData(Side, false)]
    [InlineData(null, false)]
    public void The_largest_local_error_is_the_largest_mean_of_a_window(int? window, bool isWeighted)
    {
        var (scores, autoencoder) = Score(new LargestLocalErrorScore { Window = window, IsWeighted = isWeighted });
        var size = window ?? 3;
        var training = Maps(autoencoder, _training);
        var usual = Enumerable.Range(0, Images.Size).Select(pixel => training.Average(map => map[pixel])).ToArray();
        var weights = Array.ConvertAll(usual, mean => isWeighted ? 1 / (mean + 0.1 * usual.Average()) : 1);
        AssertClose(
            Maps(autoencoder, _new).Select(map => map.Zip(weights, (error, weight) => error * weight).ToArray()).Select(map => (
                from top in Enumerable.Range(0, Side - size + 1)
                from left in Enumerable.Range(0, Side - size + 1)
                select (from y in Enumerable.Range(top, size) from x in Enumerable.Range(left, size) select map[y * Side + x]).Average()).Max()),
            scores);
    }

    [Theory]
    [InlineData(1, 4096)]
    [InlineData(5, 4096)]
    [InlineData(90, 90)]
    public void Latent_neighbors_are_those_of_the_training_data(int neighbors, int references)
    {
        var (scores, autoencoder) = Score(new LatentNeighborsScore { Neighbors = neighbors, References = references });
        var known = Codes(autoencoder, _training);
        AssertClose(Codes(autoencoder, _new).Select(code => known.Select(other => Distance(code, other)).Order().Take(neighbors).Average()), scores);
    }

    [Fact]
    public void Fewer_references_are_a_random_sample_that_follows_from_the_seed()
    {
        var score = new LatentNeighborsScore { Neighbors = 1, References = 20 };
        var (scores, autoencoder) = Score(score);
        Assert.Equal(scores, Score(score).Scores);
        var (known, codes) = (Codes(autoencoder, _training), Codes(autoencoder, _new));
        var nearest = codes.Select(code => known.Min(other => Distance(code, other)));
        // No score is below the distance to the nearest of all latent vectors, and few are equal to it.
        Assert.All(scores.Zip(nearest), pair => Assert.InRange(pair.First, pair.Second * 0.999 - 1e-6, 1e3));
        Assert.InRange(scores.Zip(nearest).Count(pair => pair.First < pair.Second * 1.001 + 1e-6), 1, 35);
        Assert.All(scores, value => Assert.Contains(codes.SelectMany(code => known.Select(other => Distance(code, other))), d => Math.Abs(d - value) < 1e-5));
    }

    [Fact]
    public void A_combination_is_the_mean_rarity_of_its_parts_among_held_out_rows()
    {
        AnomalyScore[] parts = [AnomalyScore.MeanSquaredError, AnomalyScore.LatentNeighbors, AnomalyScore.WeightedError];
        var (scores, _) = Score(new CombinedScore { Parts = parts, Extremes = [] });
        var expected = new double[50];
        foreach (var part in parts)
        {
            var (ofNew, _) = Score(part);
            var heldOut = Score(part, _heldOut).Scores.Select(s => (double)s).Order().ToArray();
            for (var i = 0; i < expected.Length; i++)
            {
                // If a score is between two of the forty held-out scores, the share that scores higher is between the shares of both.
                var (lower, below) = (heldOut.Count(s => s < ofNew[i]), heldOut.Count(s => s <= ofNew[i]));
                expected[i] += (-Math.Log(1 - lower / 41.0) - Math.Log(1 - Math.Min(below + 1, 40) / 41.0)) / 2 / parts.Length;
            }
        }
        Assert.All(scores.Zip(expected), pair => Assert.InRange(pair.First, pair.Second - 0.4, double.PositiveInfinity));
        Assert.All(scores.Zip(expected).Where(pair => pair.Second < 1), pair => Assert.Equal(pair.Second, pair.First, 0.4));
    }

    [Fact]
    public void An_extreme_counts_where_it_is_among_the_rarest_and_nowhere_else()
    {
        AnomalyScore[] parts = [AnomalyScore.MeanSquaredError];
        var alone = Score(new CombinedScore { Parts = parts, Extremes = [] }).Scores;
        var both = Score(new CombinedScore { Parts = parts, Extremes = [AnomalyScore.LargestLocalError] }).Scores;
        var local = Score(AnomalyScore.LargestLocalError).Scores;
        var heldOut = Score(AnomalyScore.LargestLocalError, _heldOut).Scores.Order().ToArray();
        Assert.All(Enumerable.Range(0, 50), i =>
        {
            if (local[i] < heldOut[37])
                Assert.Equal(alone[i], both[i]);
            else if (local[i] > 1.002f * heldOut[39])
                Assert.InRange(both[i], alone[i] + Math.Log(41 / 20.0) - 1e-4, double.PositiveInfinity);
        });
        Assert.Contains(Enumerable.Range(0, 50), i => both[i] > alone[i]);
        Assert.Contains(Enumerable.Range(0, 50), i => both[i] == alone[i]);
    }

    [Theory]
    [InlineData(20, 1024, 0.7, 0.4)]
    [InlineData(3, 1024, 1, 2)]
    [InlineData(5, 1024, 0, 0)]
    public void Image_neighbors_are_compared_by_cells_of_pixels_and_errors(int neighbors, int references, double locality, double weight)
    {
        var score = new ImageNeighborsScore { Neighbors = neighbors, References = references, Locality = locality, ErrorWeight = weight };
        var (scores, autoencoder) = Score(score);
        // 12 pixels have six cells of 2 pixels for the image, and four cells of 3 pixels for the errors.
        static double[] Cells(double[] map, int side) => [.. from y in Enumerable.Range(0, Side / side)
                                                            from x in Enumerable.Range(0, Side / side)
                                                            select (from v in Enumerable.Range(y * side, side)
                                                                    from u in Enumerable.Range(x * side, side)
                                                                    select map[v * Side + u]).Average()];
        double[][][] Parts(IDataView view) =>
        [
            [.. view.GetColumn<float[]>("Pixels").Select(pixels => Cells(Array.ConvertAll(pixels, p => (double)p), 2))],
            [.. Maps(autoencoder, view).Select(map => Array.ConvertAll(Cells(map, 3), Math.Sqrt))],
        ];
        var (known, others) = (Parts(_training), Parts(_new));
        double Factor(int part)
        {
            var variance = Enumerable.Range(0, known[part][0].Length).Sum(i =>
            {
                var mean = known[part].Average(values => values[i]);
                return known[part].Average(values => (values[i] - mean) * (values[i] - mean));
            });
            return (part == 0 ? 1 : weight) / Math.Sqrt(variance);
        }

        double[] factors = [Factor(0), Factor(1)];
        double Distance(double[][][] of, int i, int j) => Math.Sqrt(Enumerable.Range(0, 2).Sum(part =>
            factors[part] * factors[part] * of[part][i].Zip(known[part][j], (a, b) => (a - b) * (a - b)).Sum()));
        var all = Enumerable.Range(0, 90).ToArray();
        var own = Array.ConvertAll(all, j => all.Where(k => k != j).Select(k => Distance(known, j, k)).Order().Take(neighbors).Average());
        AssertClose(Enumerable.Range(0, 50).Select(i =>
        {
            var nearest = all.OrderBy(j => Distance(others, i, j)).Take(neighbors).ToArray();
            return nearest.Average(j => Distance(others, i, j)) / Math.Pow(nearest.Average(j => own[j]), locality);
        }), scores);
    }

    [Fact]
    public void A_custom_score_learns_is_saved_and_loaded()
    {
        var options = Options(new MiddleBrightnessScore { Factor = 2 });
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(_training);
        using var file = new MemoryStream();
        _ml.Model.Save(detector, _training.Schema, file);
        file.Position = 0;
        using var loaded = Assert.IsType<AutoencoderTransformer>(_ml.Model.Load(file, out _));
        loaded.ScoringEngine = Models.Engine;
        Assert.Equal(options.Score, loaded.AnomalyScore);
        var mean = _training.GetColumn<float[]>("Pixels").Average(pixels => pixels.Average(p => (double)p));
        var expected = _new.GetColumn<float[]>("Pixels").Select(pixels => 2 * Math.Abs(pixels.Average(p => (double)p) - mean));
        foreach (var each in new[] { detector, loaded })
            AssertClose(expected, each.Transform(_new).GetColumn<float>("Score"));
        Assert.Contains("MiddleBrightnessScore", Assert.Throws<NotSupportedException>(() => ExportedChain.Export(_ml, loaded, _new)).Message);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Settings_that_make_no_sense_are_refused_before_the_training(AnomalyScore score, string name)
    {
        var message = Assert.Throws<ArgumentException>(() => _ml.AnomalyDetection.Trainers.Autoencoder(Options(score))).Message;
        Assert.Contains(name, message);
    }

    public static TheoryData<AnomalyScore, string> Wrong => new()
    {
        { new LargestLocalErrorScore { Window = 0 }, "Window is 0" },
        { new LargestLocalErrorScore { Window = Side + 1 }, "Window is 13" },
        { new LatentNeighborsScore { Neighbors = 0 }, "Neighbors is 0" },
        { new LatentNeighborsScore { References = 3 }, "References is 3" },
        { new WeightedErrorScore { Floor = 0 }, "Floor is 0" },
        { new ImageNeighborsScore { Neighbors = 0 }, "Neighbors is 0" },
        { new ImageNeighborsScore { References = 20 }, "References is 20" },
        { new ImageNeighborsScore { Locality = 1.1 }, "Locality is 1.1" },
        { new ImageNeighborsScore { ErrorWeight = -1 }, "ErrorWeight is -1" },
        { new CombinedScore { Parts = [] }, "Parts" },
        { new CombinedScore { Extremes = [new LargestLocalErrorScore { Window = 0 }] }, "Window is 0" },
        { new CombinedScore { Parts = [AnomalyScore.MeanSquaredError, new WeightedErrorScore { Floor = double.NaN }] }, "Floor is NaN" },
    };

    private static void AssertClose(IEnumerable<double> expected, IEnumerable<float> actual)
    {
        var (all, found) = (expected.ToArray(), actual.ToArray());
        Assert.Equal(all.Length, found.Length);
        Assert.All(all.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 2e-5 * all.Max()));
    }

    private static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => ((double)x - y) * ((double)x - y)).Sum());

    private AutoencoderAnomalyTrainer.Options Options(AnomalyScore score)
    {
        var options = Models.Detector(epochs: 2, score: score);
        options.ValidationSet = _heldOut;
        return options;
    }

    /// <summary>The scores of new rows, and the trained autoencoder without the detector.</summary>
    private (float[] Scores, ITransformer Autoencoder) Score(AnomalyScore score, IDataView? rows = null)
    {
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Options(score)).Fit(_training);
        AutoencoderFile.Save(detector.Model, _model);
        return ([.. detector.Transform(rows ?? _new).GetColumn<float>("Score")], _ml.Transforms.ApplyAutoencoder(_model, Models.Applied()).Fit(_new));
    }

    private static double[][] Maps(ITransformer autoencoder, IDataView view) =>
        [.. autoencoder.Transform(view).GetColumn<float[]>("ErrorMap").Select(map => Array.ConvertAll(map, error => (double)error))];

    private static float[][] Codes(ITransformer autoencoder, IDataView view) => [.. autoencoder.Transform(view).GetColumn<float[]>("Code")];
}

public sealed class AnomalyScoreTestsByLibTorch : AnomalyScoreTests, IClassFixture<ScoredByLibTorch>;

public sealed class AnomalyScoreTestsByOnnxRuntime : AnomalyScoreTests, IClassFixture<ScoredByOnnxRuntime>;
