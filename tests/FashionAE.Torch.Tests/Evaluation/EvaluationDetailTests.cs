using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Evaluation;

/// <summary>Details of the metrics that mutation testing found untested.</summary>
public sealed class EvaluationDetailTests : IDisposable
{
    private readonly ImageSet _images = SampleImages.First(20);
    private readonly Autoencoder _model = ModelState.Build(new ConvolutionalArchitecture(FashionMnist.Shape) { Channels = [3, 4] });

    [Fact]
    public void The_ratio_of_the_mean_error_is_positive_for_errors_below_1() =>
        Assert.Equal(20, new ReconstructionMetrics(1, 0.01, 0, 0).PeakSignalToNoiseRatioOfMeanError, 12);

    [Fact]
    public void The_table_has_a_heading_the_classes_and_all_images_last()
    {
        var metrics = new ReconstructionMetrics(3, 0.01, 20, 0.5)
        {
            PerClass = new Dictionary<string, ReconstructionMetrics> { ["a"] = new(1, 0.1, 10, 0.25), ["Ankle boot"] = new(2, 0.001, 30, 0.75) },
        };
        Assert.Equal(
            """
            class        images      MSE  PSNR, dB    SSIM  PSNR of the mean error, dB
            a                 1   0.1000     10.00   0.250                       10.00
            Ankle boot        2   0.0010     30.00   0.750                       30.00
            all               3   0.0100     20.00   0.500                       20.00
            """, metrics.ToString());
    }

    [Fact]
    public void The_table_without_classes_is_as_wide_as_its_heading() =>
        Assert.Equal(["class   images", "all          3"], new ReconstructionMetrics(3, 0.01, 20, 0.5).ToString().Split('\n').Select(line => line[..14]));

    [Fact]
    public void Classes_of_the_same_place_are_in_the_order_of_their_names()
    {
        var sum = new ReconstructionMetrics.Accumulator();
        foreach (var name in new[] { "b", "c", "a" })
            sum.Add((0.1, 10, 0.5), (uint.MaxValue, name));
        Assert.Equal(["a", "b", "c"], sum.ToMetrics().PerClass.Keys);
    }

    [Theory]
    [InlineData(11, 11, true)]
    [InlineData(10, 28, false)]
    [InlineData(28, 10, false)]
    public void A_window_fits_where_both_sides_have_11_pixels(int height, int width, bool fits) =>
        Assert.Equal(fits, ImageQuality.HasWindow(new ImageShape(1, height, width)));

    [Fact]
    public void Messages_name_the_sizes()
    {
        using var scope = NewDisposeScope();
        var small = Assert.Throws<ArgumentException>(() => ImageQuality.StructuralSimilarity(zeros(1, 1, 10, 28), zeros(1, 1, 10, 28)));
        Assert.Contains("11x11", small.Message, StringComparison.Ordinal);
        Assert.Contains("10x28", small.Message, StringComparison.Ordinal);
        var unlike = Assert.Throws<ArgumentException>(() => ImageQuality.MeanSquaredError(zeros(2, 1, 4, 4), zeros(3, 4)));
        Assert.Contains("[N, C, H, W]", unlike.Message, StringComparison.Ordinal);
        Assert.Contains("[2, 1, 4, 4]", unlike.Message, StringComparison.Ordinal);
        Assert.Contains("[3, 4]", unlike.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("score", () => ImageQuality.OfSquaredError(ImageScore.StructuralSimilarity, zeros(1, 1, 4, 4)));
    }

    [Fact]
    public void Missing_arguments_are_named()
    {
        using var scope = NewDisposeScope();
        var images = zeros(1, 1, 4, 4);
        Assert.Throws<ArgumentNullException>("original", () => ImageQuality.MeanSquaredError(null!, images));
        Assert.Throws<ArgumentNullException>("reconstruction", () => ImageQuality.MeanSquaredError(images, null!));
        Assert.Throws<ArgumentNullException>("module", () => AutoencoderInference.PredictAll(null!, images));
        Assert.Throws<ArgumentNullException>("input", () => _model.PredictAll(null!));
        Assert.Throws<ArgumentNullException>("model", () => AutoencoderInference.Evaluate(null!, _images));
        Assert.Throws<ArgumentNullException>("images", () => _model.Evaluate(null!));
        using var none = _images.Select([]);
        Assert.Throws<ArgumentException>("images", () => _model.Evaluate(none));
    }

    [Fact]
    public void A_module_without_parameters_keeps_the_device_of_its_input()
    {
        using var scope = NewDisposeScope();
        using var module = nn.ReLU();
        Assert.Equal([0f, 2f], module.PredictAll(tensor(new[] { -1f, 2f })).data<float>().ToArray());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    public void The_last_batch_has_rows(int batchSize)
    {
        using var scope = NewDisposeScope();
        var batches = new List<long>();
        using var module = new Recorder(batches);
        using var output = module.PredictAll(zeros(20, 2), batchSize);
        Assert.Equal(Enumerable.Repeat((long)batchSize, 20 / batchSize), batches);
    }

    public void Dispose()
    {
        _images.Dispose();
        _model.Dispose();
    }

    private sealed class Recorder(List<long> batches) : nn.Module<Tensor, Tensor>(nameof(Recorder))
    {
        public override Tensor forward(Tensor input)
        {
            batches.Add(input.shape[0]);
            return input.clone();
        }
    }
}
