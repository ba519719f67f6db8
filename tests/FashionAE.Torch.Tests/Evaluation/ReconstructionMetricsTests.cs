using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Evaluation;

public sealed class ReconstructionMetricsTests : IDisposable
{
    private readonly ImageSet _images = SampleImages.First(90);
    private readonly Autoencoder _model = ModelState.Build(new ConvolutionalArchitecture(FashionMnist.Shape) { Channels = [3, 4] });

    [Fact]
    public void Scores_are_the_means_of_the_metrics_over_each_class()
    {
        using var scope = NewDisposeScope();
        var originals = _images.Batch(0, _images.Count);
        var decoded = _model.ReconstructAll(_images);
        AssertScores(_model.Evaluate(_images), originals, decoded);
    }

    [Fact]
    public void Changed_input_is_compared_with_the_original()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(12);
        var originals = _images.Batch(0, _images.Count);
        _model.eval();
        var decoded = _model.call(new GaussianNoise(0.3).Apply(originals, generator));

        var metrics = _model.Evaluate(_images, new GaussianNoise(0.3), seed: 12);
        AssertScores(metrics, originals, decoded);
        Assert.NotEqual(metrics.MeanSquaredError, _model.Evaluate(_images, new GaussianNoise(0.3), seed: 13).MeanSquaredError);
    }

    [Fact]
    public void The_overall_score_is_the_mean_of_the_classes_weighted_by_their_counts()
    {
        var metrics = _model.Evaluate(_images, new RandomRotation());
        double Weighted(Func<ReconstructionMetrics, double> score) =>
            metrics.PerClass.Values.Sum(s => s.Count * score(s)) / metrics.PerClass.Values.Sum(s => s.Count);
        Assert.Equal(_images.Count, metrics.Count);
        Assert.Equal(_images.Count, metrics.PerClass.Values.Sum(s => s.Count));
        Assert.Equal(Weighted(s => s.MeanSquaredError), metrics.MeanSquaredError, 12);
        Assert.Equal(Weighted(s => s.PeakSignalToNoiseRatio), metrics.PeakSignalToNoiseRatio, 10);
        Assert.Equal(Weighted(s => s.StructuralSimilarity), metrics.StructuralSimilarity, 12);
    }

    [Fact]
    public void Classes_without_images_are_left_out()
    {
        var labels = _images.Labels.data<long>().ToArray();
        using var some = _images.Select([.. Enumerable.Range(0, labels.Length).Where(i => labels[i] is 9 or 2).Select(i => (long)i)]);
        Assert.Equal(["Pullover", "Ankle boot"], _model.Evaluate(some).PerClass.Keys);
    }

    [Fact]
    public void Black_against_white_has_0_decibels_in_the_table()
    {
        using var scope = NewDisposeScope();
        var ratio = ImageQuality.PeakSignalToNoiseRatio(zeros(1, 1, 1, 1), ones(1, 1, 1, 1)).item<double>();
        var sum = new ReconstructionMetrics.Accumulator();
        sum.Add((Mse: 1, Psnr: ratio, Ssim: 0), label: null);
        var line = sum.ToMetrics().ToString().Split('\n')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["all", "1", "1.0000", "0.00", "0.000", "0.00"], line);
    }

    [Fact]
    public void No_images_at_all_are_refused()
    {
        using var none = _images.Select([]);
        Assert.Throws<ArgumentException>(() => _model.Evaluate(none));
    }

    public void Dispose()
    {
        _images.Dispose();
        _model.Dispose();
    }

    private void AssertScores(ReconstructionMetrics metrics, Tensor originals, Tensor decoded)
    {
        var errors = ImageQuality.MeanSquaredError(originals, decoded).Doubles();
        var ratios = ImageQuality.PeakSignalToNoiseRatio(originals, decoded).Doubles();
        var similarities = ImageQuality.StructuralSimilarity(originals, decoded).Doubles();
        var labels = _images.Labels.data<long>().ToArray();
        Assert.Equal(labels.Distinct().Order().Select(label => _images.ClassNames[(int)label]), metrics.PerClass.Keys);
        foreach (var (name, score) in metrics.PerClass.Append(new("", metrics)))
        {
            double Mean(double[] values) => values.Where((_, i) => name.Length == 0 || _images.ClassNames[(int)labels[i]] == name).Average();
            Assert.Equal(labels.Count(label => name.Length == 0 || _images.ClassNames[(int)label] == name), score.Count);
            Assert.Equal(Mean(errors), score.MeanSquaredError, 9);
            Assert.Equal(Mean(ratios), score.PeakSignalToNoiseRatio, 6);
            Assert.Equal(Mean(similarities), score.StructuralSimilarity, 7);
        }
    }
}
