using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Autoencoding;

public class FitTests
{
    private const int Count = 100;

    private readonly MLContext _ml = new(1);
    private readonly ImageRow[] _rows = Images.Rows(Count, 2);

    private IDataView Data => _ml.Data.LoadFromEnumerable(_rows);

    [Theory]
    [InlineData(false, 0.0)]
    [InlineData(true, 0.0)]
    [InlineData(false, 0.2)]
    public void Fitting_on_a_view_in_memory_is_training_on_its_tensors_bit_for_bit(bool withTarget, double validation)
    {
        var training = new TrainingOptions { Epochs = 2, BatchSize = 16, ValidationSetFraction = validation, Seed = 3 };
        using var scope = NewDisposeScope();
        Tensor Stack(Func<ImageRow, float[]> pixels) => torch.tensor(_rows.SelectMany(pixels).ToArray()).reshape(Images.Shape.Batch(Count));
        manual_seed(3);
        using var model = Models.Dense.Build();
        using var examples = withTarget ? new TensorExamples(Stack(r => r.Noisy), Stack(r => r.Pixels)) : new TensorExamples(Stack(r => r.Pixels));
        var history = new AutoencoderTrainer(model, training).Train(examples);

        var options = Models.Options();
        (options.Epochs, options.ValidationSetFraction, options.TargetColumnName) = (2, validation, withTarget ? "Pixels" : null);
        using var transformer = _ml.Transforms.ReconstructWithAutoencoder("Clean", withTarget ? "Noisy" : "Pixels", options).Fit(Data);
        Assert.Equal(history.Epochs.Select(e => (e.TrainLoss, e.ValidationLoss)), transformer.History!.Epochs.Select(e => (e.TrainLoss, e.ValidationLoss)));
        AssertSameWeights(model, transformer.Model);
    }

    [Fact]
    public void The_seed_of_the_context_decides_where_the_options_have_none()
    {
        AutoencoderTransformer Fit(int seed)
        {
            var ml = new MLContext(seed);
            var options = Models.Options();
            options.Seed = null;
            return ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(ml.Data.LoadFromEnumerable(_rows));
        }

        using var a = Fit(1);
        using var b = Fit(1);
        using var c = Fit(2);
        AssertSameWeights(a.Model, b.Model);
        Assert.NotEqual(Weights(a.Model), Weights(c.Model));
    }

    [Fact]
    public void An_estimator_fits_the_same_every_time()
    {
        var estimator = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options());
        using var a = estimator.Fit(Data);
        using var b = estimator.Fit(Data);
        AssertSameWeights(a.Model, b.Model);
    }

    [Fact]
    public void Data_that_do_not_fit_in_memory_are_streamed_and_learned_as_well()
    {
        var rows = _ml.Data.LoadFromEnumerable(Images.Rows(400, 2));
        AutoencoderTransformer Fit(long memory)
        {
            var options = Models.Options(epochs: 12);
            (options.MaximumMemoryInBytes, options.ShuffleBufferSize) = (memory, 50);
            return _ml.Transforms.ReconstructWithAutoencoder("Clean", "Pixels", options).Fit(rows);
        }

        using var kept = Fit(1 << 30);
        using var streamed = Fit(100_000);
        using var again = Fit(100_000);
        var (a, b) = (kept.History!.Epochs, streamed.History!.Epochs);
        Assert.True(b[^1].TrainLoss < 0.7 * b[0].TrainLoss, $"{b[0].TrainLoss} became {b[^1].TrainLoss}");
        Assert.InRange(b[^1].TrainLoss, 0.7 * a[^1].TrainLoss, 1.3 * a[^1].TrainLoss);
        AssertSameWeights(streamed.Model, again.Model);
    }

    [Fact]
    public void Streamed_data_are_read_to_count_them_once_an_epoch_and_to_keep_some()
    {
        var spy = new SpyView(Data);
        var options = Models.Options(epochs: 3);
        options.MaximumMemoryInBytes = 10_000;
        using var streamed = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(spy);
        Assert.Equal(5 * Count, spy.Moves);
        Assert.Equal(spy.Opened, spy.Disposed);

        var kept = new SpyView(Data);
        options.MaximumMemoryInBytes = 1 << 30;
        using var inMemory = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(kept);
        Assert.Equal(Count, kept.Moves);
    }

    [Theory]
    [InlineData(0, 16)]
    [InlineData(2, 16)]
    [InlineData(2, 299)]
    public void An_epoch_of_streamed_data_sees_every_image_and_its_copies_once(int copies, int batchSize)
    {
        var options = Models.Options();
        options.MaximumMemoryInBytes = 10_000;
        options.ShuffleBufferSize = 30;
        (options.BatchSize, options.Augmentation, options.AugmentedCopies) = (batchSize, copies == 0 ? null : new Marking(), copies);
        options.Architecture = new RecordingArchitecture(Images.Shape);
        using var transformer = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(Data);
        // The augmentation adds 1000 to the sum of a copy.
        var sums = RecordingAutoencoder.Of(transformer).Sums.Select(s => Math.Round(s, 2)).Order().ToArray();
        var expected = _rows.SelectMany(r => Enumerable.Range(0, copies + 1).Select(c => Math.Round(r.Pixels.Sum() + (c == 0 ? 0 : 1000), 2))).Order().ToArray();
        Assert.Equal(expected.Length, sums.Length);
        foreach (var (a, b) in expected.Zip(sums))
            Assert.InRange(b - a, -0.02, 0.02);
    }

    [Fact]
    public void A_part_of_streamed_data_is_held_out_for_validation()
    {
        var options = Models.Options();
        options.MaximumMemoryInBytes = 10_000;
        options.ValidationSetFraction = 0.3;
        options.Architecture = new RecordingArchitecture(Images.Shape);
        using var transformer = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(Data);
        Assert.NotNull(transformer.History!.Epochs[0].ValidationLoss);
        var seen = RecordingAutoencoder.Of(transformer);
        // The second half of the evaluations computes the scores of the validation rows, which the model keeps.
        var heldOut = seen.EvaluationSums.Take(seen.EvaluationSums.Count / 2).ToArray();
        Assert.Equal(heldOut, seen.EvaluationSums.Skip(heldOut.Length));
        Assert.InRange(heldOut.Length, 15, 45);
        Assert.Equal(Count, seen.Sums.Count + heldOut.Length);
        var all = seen.Sums.Concat(heldOut).Select(s => Math.Round(s, 1)).Order();
        Assert.Equal(_rows.Select(r => Math.Round((double)r.Pixels.Sum(), 1)).Order(), all);
    }

    /// <summary>Compares with the trainer, which measures the loss on test images after every epoch.</summary>
    [Fact]
    public void A_third_view_is_tested_after_every_epoch_and_decides_nothing()
    {
        var log = new List<string>();
        _ml.Log += (_, e) => log.Add(e.RawMessage);
        AutoencoderTransformer Fit(IDataView? test)
        {
            var options = Models.Options(epochs: 2);
            (options.Augmentation, options.ValidationSet, options.TestSet) = (new GaussianNoise(), Images.View(_ml, 30, 5), test);
            return _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(Data);
        }

        using var plain = Fit(null);
        Assert.DoesNotContain(log, line => line.Contains("test", StringComparison.Ordinal));
        using var tested = Fit(Images.View(_ml, 20, 6));
        AssertSameWeights(plain.Model, tested.Model);
        Assert.All(plain.History!.Epochs, epoch => Assert.Null(epoch.TestLoss));
        foreach (var epoch in tested.History!.Epochs)
        {
            Assert.Equal(20, epoch.TestExamples);
            Assert.Contains(log, line => line.Contains($", validation {epoch.ValidationLoss:F5}, test {epoch.TestLoss:F5}, learning rate", StringComparison.Ordinal));
        }

        // The model has the weights of the best epoch. Its loss was measured with noise drawn from the training's seed.
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var noise = new Generator(3);
        var images = torch.tensor(Images.Rows(20, 6).SelectMany(r => r.Pixels).ToArray()).reshape(Images.Shape.Batch(20));
        var expected = nn.functional.mse_loss(tested.Model.call(new GaussianNoise().Apply(images, noise)), images).item<float>();
        Assert.Equal(expected, tested.History.Best!.TestLoss!.Value, 1e-6);
    }

    [Fact]
    public void Scores_are_those_of_the_metrics_against_the_target()
    {
        var options = Models.AllColumns();
        (options.InputColumnName, options.TargetColumnName) = ("Noisy", "Pixels");
        using var transformer = _ml.Transforms.Autoencode(options).Fit(Data);
        var view = transformer.Transform(Data);
        using var scope = NewDisposeScope();
        Tensor Stack(string column) => torch.tensor(view.GetColumn<float[]>(column).SelectMany(v => v).ToArray()).reshape(Images.Shape.Batch(Count));
        var (target, clean) = (Stack("Pixels"), Stack("Clean"));
        foreach (var (column, metric) in new[]
        {
            ("Mse", ImageQuality.MeanSquaredError(target, clean)),
            ("Psnr", ImageQuality.PeakSignalToNoiseRatio(target, clean)),
            ("Ssim", ImageQuality.StructuralSimilarity(target, clean)),
        })
            Assert.Equal(metric.data<double>().ToArray().Select(v => (float)v), view.GetColumn<float>(column));
    }

    [Fact]
    public void The_log_describes_the_data_and_every_epoch()
    {
        var log = new List<LoggingEventArgs>();
        _ml.Log += (_, e) => log.Add(e);
        var options = Models.Options(epochs: 3);
        options.ValidationSetFraction = 0.2;
        using var transformer = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(Data);
        var lines = log.Where(e => e.Kind == ChannelMessageKind.Info && e.Source?.Contains("AutoencoderEstimator", StringComparison.Ordinal) == true).Select(e => e.RawMessage)
            // On a slow machine, the log also has estimates of the remaining time.
            .Where(line => !line.EndsWith("left", StringComparison.Ordinal)).ToArray();
        Assert.Contains("100 images of 1x12x12, in memory as bytes", lines[0]);
        foreach (var epoch in transformer.History!.Epochs)
            Assert.Contains($"Epoch {epoch.Epoch}/3: loss {epoch.TrainLoss:F5}, validation {epoch.ValidationLoss:F5}", lines[epoch.Epoch]);
        Assert.Contains(log, e => e.Kind == ChannelMessageKind.Trace && e.RawMessage.Contains("batch", StringComparison.Ordinal));
    }

    [Fact]
    public void The_log_warns_where_data_are_streamed()
    {
        var log = new List<LoggingEventArgs>();
        _ml.Log += (_, e) => log.Add(e);
        var options = Models.Options();
        options.MaximumMemoryInBytes = 10_000;
        using var transformer = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(Data);
        Assert.Contains(log, e => e.Kind == ChannelMessageKind.Warning && e.RawMessage.Contains("MaximumMemory", StringComparison.Ordinal));
    }

    [Fact]
    public void Values_between_those_of_bytes_are_kept_as_numbers()
    {
        var log = new List<LoggingEventArgs>();
        _ml.Log += (_, e) => log.Add(e);
        using var transformer = _ml.Transforms.EncodeWithAutoencoder("Code", "Noisy", Models.Options()).Fit(Data);
        Assert.Contains(log, e => e.RawMessage?.Contains("in memory as float32", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData(255f, "has the value 255 in row 7, slot 5", "ScalePixels")]
    [InlineData(-0.5f, "has the value -0.5 in row 7, slot 5", "ScalePixels")]
    [InlineData(float.NaN, "has the value NaN in row 7, slot 5", "ReplaceMissingValues")]
    [InlineData(float.PositiveInfinity, "in row 7, slot 5", "ScalePixels")]
    public void A_pixel_outside_the_unit_range_is_refused_by_column_row_and_remedy(float value, string where, string remedy)
    {
        _rows[7].Pixels[5] = value;
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options()).Fit(Data));
        Assert.Contains("'Pixels'", error.Message);
        Assert.Contains(where, error.Message);
        Assert.Contains(remedy, error.Message);
    }

    [Fact]
    public void The_rounding_of_a_normalizer_is_not_an_error()
    {
        _rows[7].Pixels[5] = 1.0000001f;
        using var transformer = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options()).Fit(Data);
    }

    [Fact]
    public void An_empty_view_is_refused()
    {
        var error = Assert.Throws<InvalidOperationException>(
            () => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options()).Fit(_ml.Data.LoadFromEnumerable(Array.Empty<ImageRow>())));
        Assert.Equal("Training set has 0 instances, aborting training.", error.Message);
    }

    [Fact]
    public void A_failure_of_the_input_arrives_unchanged()
    {
        var error = Assert.Throws<NotSupportedException>(
            () => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options()).Fit(new SpyView(Data, failAt: 13)));
        Assert.Equal("row 13", error.Message);
    }

    [Fact]
    public void Cancelling_ends_a_training_with_an_exception()
    {
        using var source = new CancellationTokenSource();
        var options = Models.Options(epochs: 1000);
        options.CancellationToken = source.Token;
        _ml.Log += (_, e) =>
        {
            if (e.RawMessage?.StartsWith("Epoch 2/", StringComparison.Ordinal) == true)
                source.Cancel();
        };
        var before = Tensors.Alive();
        Assert.Throws<OperationCanceledException>(() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(Data));
        Assert.Equal(before, Tensors.Alive());
    }

    [Fact]
    public void Fitting_and_disposing_keeps_no_tensors()
    {
        void FitOnce(long memory)
        {
            var options = Models.Options();
            options.MaximumMemoryInBytes = memory;
            options.ValidationSetFraction = 0.2;
            Models.Fit(_ml, Models.AllColumns(new ConvolutionalArchitecture(Images.Shape) { Channels = [4, 8] })).Dispose();
            _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(Data).Dispose();
        }

        FitOnce(1 << 30);
        var before = Tensors.Alive();
        FitOnce(1 << 30);
        FitOnce(10_000);
        Assert.Equal(before, Tensors.Alive());
    }

    [Fact]
    public void Without_options_a_convolutional_autoencoder_of_the_columns_shape_is_trained()
    {
        using var transformer = _ml.Transforms.EncodeWithAutoencoder(
            "Code", "Pixels", latentSize: 3, epochs: 1).Fit(Data);
        Assert.Equal(new ConvolutionalArchitecture(Images.Shape, 3).ToString(), transformer.Model.Architecture.ToString());
    }

    private static float[] Weights(Autoencoder model) => [.. model.state_dict().OrderBy(s => s.Key).Where(s => s.Value.dtype == ScalarType.Float32).SelectMany(s => s.Value.cpu().data<float>().ToArray())];

    private static void AssertSameWeights(Autoencoder expected, Autoencoder actual) => Assert.Equal(Weights(expected), Weights(actual));
}
