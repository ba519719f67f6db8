using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Autoencoding;

/// <summary>Tests which rows a detector learns from and which are held out, and that the seed determines both.</summary>
[Trait("Pace", "slow")]
public sealed class DetectorTrainingTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-detector-").FullName;
    private readonly IDataView _training;
    private readonly IDataView _new;

    public DetectorTrainingTests() => (_training, _new) = (Images.View(_ml, 120, 2), Images.View(_ml, 30, 7));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1L << 30, false)]
    [InlineData(10_000L, false)]
    [InlineData(1L << 30, true)]
    public void The_same_seed_gives_the_same_detector_to_the_bit(long memory, bool isValidated)
    {
        AutoencoderTransformer Fit(int seed)
        {
            var options = Options(epochs: 2);
            (options.Seed, options.MaximumMemoryInBytes, options.ShuffleBufferSize) = (seed, memory, 20);
            options.ValidationSet = isValidated ? Images.View(_ml, 50, 9) : null;
            return _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(_training);
        }

        using var first = Fit(3);
        using var second = Fit(3);
        using var other = Fit(4);
        AssertSame(first, second);
        Assert.NotEqual(first.Threshold, other.Threshold);
    }

    [Theory]
    [InlineData(1L << 30, 0.25)]
    [InlineData(10_000L, 0.25)]
    [InlineData(1L << 30, 0.01)]
    public void The_rows_that_are_held_out_are_not_trained_on_and_choose_the_threshold(long memory, double share)
    {
        var options = Options();
        (options.HeldOutFraction, options.MaximumMemoryInBytes, options.ScoringEngine) = (share, memory, ScoringEngine.LibTorch);
        (options.Architecture, options.Score) = (new RecordingArchitecture(Images.Shape), AnomalyScore.MeanSquaredError);
        options.Threshold = AnomalyThreshold.HeldOutQuantile(1);
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(_training);
        var sums = _training.GetColumn<float[]>("Pixels").Select(Sum).ToArray();
        var trained = RecordingAutoencoder.Of(detector).Sums.Select(sum => Math.Round(sum, 1)).ToArray();
        var heldOut = sums.ToList();
        Assert.All(trained, sum => Assert.True(heldOut.Remove(sum)));
        Assert.InRange(heldOut.Count, share == 0.25 ? 15 : 1, share == 0.25 ? 45 : 1);
        // The threshold is the highest score of the held-out rows.
        var scores = detector.Transform(_training).GetColumn<float>("Score").ToArray();
        var highest = scores.Where((_, i) => heldOut.Contains(sums[i])).Max();
        Assert.Equal(highest, detector.Threshold!.Value, 2e-3f * highest);
    }

    [Fact]
    public void A_validation_set_replaces_the_held_out_rows()
    {
        var options = Options();
        (options.ValidationSet, options.Score, options.Threshold) = (_new, AnomalyScore.MeanSquaredError, AnomalyThreshold.HeldOutQuantile(1));
        (options.Architecture, options.ScoringEngine) = (new RecordingArchitecture(Images.Shape), ScoringEngine.LibTorch);
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(_training);
        Assert.Equal(_training.GetColumn<float[]>("Pixels").Select(Sum).Order(), RecordingAutoencoder.Of(detector).Sums.Select(sum => Math.Round(sum, 1)).Order());
        Assert.NotNull(detector.History!.Epochs[0].ValidationLoss);
        var highest = detector.Transform(_new).GetColumn<float>("Score").Max();
        Assert.Equal(highest, detector.Threshold!.Value, 2e-3f * highest);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(null, false)]
    [InlineData(3, true)]
    [InlineData(null, true)]
    public void A_resumed_training_ends_to_the_bit_like_one_without_a_break(int? seed, bool isStreamed)
    {
        AutoencoderAnomalyTrainer.Options Of(int epochs, string? checkpoint)
        {
            var options = Options(epochs);
            (options.Seed, options.CheckpointPath, options.Resume) = (seed, checkpoint, checkpoint is not null);
            (options.MaximumMemoryInBytes, options.ShuffleBufferSize) = (isStreamed ? 10_000 : 1 << 30, 20);
            return options;
        }

        // Each training has a new context, as in a separate process. Without a seed in the options, it is drawn from that of the context.
        using var whole = new MLContext(8).AnomalyDetection.Trainers.Autoencoder(Of(4, null)).Fit(_training);
        var checkpoint = Path.Combine(_folder, "checkpoint");
        new MLContext(8).AnomalyDetection.Trainers.Autoencoder(Of(2, checkpoint)).Fit(_training).Dispose();
        using var resumed = new MLContext(9).AnomalyDetection.Trainers.Autoencoder(Of(4, checkpoint)).Fit(_training);
        AssertSame(whole, resumed);
    }

    [Fact]
    public void A_denoising_detector_compares_with_the_target()
    {
        var options = Options(epochs: 3);
        (options.FeatureColumnName, options.TargetColumnName, options.Score) = ("Noisy", "Pixels", AnomalyScore.MeanSquaredError);
        options.Smoothing = 0;
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(_training);
        var path = Path.Combine(_folder, "model.safetensors");
        AutoencoderFile.Save(detector.Model, path);
        using var autoencoder = _ml.Transforms.ApplyAutoencoder("Clean", "Noisy", path).Fit(_new);
        var plain = _ml.Transforms.ApplyAutoencoder(path, new() { InputColumnName = "Noisy", ReconstructionColumnName = "Clean" }).Fit(_new).Transform(_new);
        var expected = plain.GetColumn<float[]>("Clean").Zip(_new.GetColumn<float[]>("Pixels"), (clean, pixels) =>
            clean.Zip(pixels, (a, b) => ((double)a - b) * ((double)a - b)).ToArray()).ToArray();
        var judged = Judged.All(detector, _new);
        Assert.All(expected.Zip(judged), pair =>
        {
            Assert.Equal(pair.First.Average(), pair.Second.Score, 1e-6);
            Assert.All(pair.First.Zip(pair.Second.Where), error => Assert.Equal(error.First, error.Second, 1e-6));
        });
    }

    [Theory]
    [InlineData("mean squared error")]
    [InlineData("weighted error")]
    [InlineData("largest local error")]
    [InlineData("latent neighbors")]
    [InlineData("image neighbors")]
    [InlineData("combined")]
    public void Color_images_that_are_no_squares_and_three_rows_are_enough(string name)
    {
        var score = name switch
        {
            "mean squared error" => AnomalyScore.MeanSquaredError,
            "weighted error" => AnomalyScore.WeightedError,
            "largest local error" => AnomalyScore.LargestLocalError,
            "latent neighbors" => AnomalyScore.LatentNeighbors,
            "image neighbors" => AnomalyScore.ImageNeighbors,
            _ => AnomalyScore.Combined,
        };
        var random = new Random(3);
        var rows = Enumerable.Range(0, 20).Select(_ => new ColorRow { Pixels = [.. Enumerable.Range(0, 3 * 13 * 11).Select(_ => random.NextSingle())] }).ToArray();
        foreach (var architecture in new AutoencoderArchitecture?[] { null, new DenseArchitecture(new ImageShape(3, 13, 11)) { HiddenSizes = [8] } })
        {
            var options = Options() with { Architecture = architecture, Score = score, IsErrorMapWeighted = architecture is null };
            using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(_ml.Data.LoadFromEnumerable(rows.Take(3)));
            Assert.Equal(new ImageShape(3, 13, 11), detector.ImageShape);
            var view = detector.Transform(_ml.Data.LoadFromEnumerable(rows));
            Assert.Equal("Vector<Single, 13, 11>", $"{view.Schema["Where"].Type}");
            Assert.Equal("Vector<Boolean, 13, 11>", $"{view.Schema["Mask"].Type}");
            Assert.All(Judged.All(detector, _ml.Data.LoadFromEnumerable(rows)), row =>
            {
                Assert.InRange(row.Score, 0, 1e6f);
                Assert.InRange(row.Probability, 0, 1);
                Assert.Equal((143, 143), (row.Where.Length, row.Mask.Length));
                Assert.All(row.Where, error => Assert.InRange(error, 0, 1e6f));
                Assert.Equal(row.Where.Select(error => error > detector.PixelThreshold), row.Mask);
                Assert.Equal(row.Score > detector.Threshold, row.PredictedLabel);
            });
        }
    }

    [Theory]
    [InlineData(2, 1L << 30)]
    [InlineData(2, 1L)]
    [InlineData(3, 1L)]
    public void Too_few_rows_are_refused_by_the_option_that_holds_them_out(int rows, long memory)
    {
        var options = Options();
        (options.MaximumMemoryInBytes, options.HeldOutFraction) = (memory, 1e-9);
        var error = Assert.ThrowsAny<Exception>(() => _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(Images.View(_ml, rows)));
        Assert.True(error is InvalidOperationException, $"{error}");
        Assert.Contains("HeldOutFraction", error.Message);
    }

    [Fact]
    public void A_training_is_canceled_while_the_score_learns_and_leaves_no_tensors()
    {
        foreach (var isHeldOut in new[] { false, true })
            foreach (var memory in new[] { 1L << 30, 10_000 })
            {
                using var source = new CancellationTokenSource();
                var options = Options();
                (options.CancellationToken, options.MaximumMemoryInBytes) = (source.Token, memory);
                options.Score = new CancelingScore(isHeldOut, source.Cancel);
                var before = Tensors.Alive();
                Assert.Throws<OperationCanceledException>(() => _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(_training));
                Assert.Equal(before, Tensors.Alive());
            }
    }

    [Fact]
    public void Fitting_and_disposing_keeps_no_tensors()
    {
        void FitOnce(long memory)
        {
            var options = Options();
            options.MaximumMemoryInBytes = memory;
            _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(_training).Dispose();
        }

        FitOnce(1 << 30);
        var before = Tensors.Alive();
        FitOnce(1 << 30);
        FitOnce(10_000);
        Assert.Equal(before, Tensors.Alive());
    }

    [Theory]
    [InlineData(true, float.NaN)]
    [InlineData(true, float.PositiveInfinity)]
    [InlineData(false, float.NaN)]
    public void A_score_that_is_not_finite_ends_the_training(bool ofLearning, float value)
    {
        var options = Options() with { Score = new FaultyScore(ofLearning, value) };
        Message.Says<InvalidOperationException>(() => _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(_training), "FaultyScore", "NaN");
    }

    private static double Sum(float[] pixels) => Math.Round(pixels.Sum(pixel => (double)pixel), 1);

    private static AutoencoderAnomalyTrainer.Options Options(int epochs = 1)
    {
        var options = Models.WholeDetector(epochs);
        options.HeldOutFraction = 0.25;
        return options;
    }

    private void AssertSame(AutoencoderTransformer expected, AutoencoderTransformer actual)
    {
        Assert.Equal((expected.Threshold, expected.PixelThreshold), (actual.Threshold, actual.PixelThreshold));
        Assert.Equal(expected.HeldOutScores, actual.HeldOutScores);
        Judged.AssertEqual(Judged.All(expected, _new), Judged.All(actual, _new));
    }

    private sealed class ColorRow
    {
        [VectorType(3, 13, 11)]
        public float[] Pixels { get; set; } = [];
    }

    /// <summary>Cancels the training while rows are read.</summary>
    private sealed record CancelingScore(bool IsHeldOut, Action Cancel) : AnomalyScore
    {
        public override IReadOnlyDictionary<string, float[]> Learn(LearningImages images)
        {
            foreach (var batch in IsHeldOut ? images.HeldOut : images.Training)
            {
                Assert.InRange(batch.Reconstructions.Length, 1, 1 << 20);
                Cancel();
            }
            throw new InvalidOperationException("The training went on.");
        }

        public override void Compute(ReconstructedImages images, IReadOnlyDictionary<string, float[]> learned, Span<double> scores) =>
            throw new NotSupportedException();
    }

    private sealed record FaultyScore(bool OfLearning, float Value) : AnomalyScore
    {
        public override IReadOnlyDictionary<string, float[]> Learn(LearningImages images) => new Dictionary<string, float[]> { ["it"] = [OfLearning ? Value : 0] };

        public override void Compute(ReconstructedImages images, IReadOnlyDictionary<string, float[]> learned, Span<double> scores) => scores.Fill(Value);
    }
}
