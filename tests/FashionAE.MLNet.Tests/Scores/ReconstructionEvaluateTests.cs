using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Scores;

public class ReconstructionEvaluateTests
{
    private readonly MLContext _ml = new(1);
    private readonly Classed[] _rows = Classed.Draw(60);

    private IDataView Data => _ml.Data.LoadFromEnumerable(_rows);

    [Fact]
    public void Scores_are_means_over_all_images()
    {
        var evaluation = _ml.Reconstruction.Evaluate(Data, "Pixels", "Clean");
        AssertMeans(_rows, evaluation);
        Assert.Empty(evaluation.PerClass);
    }

    [Fact]
    public void The_ratio_of_the_mean_error_follows_from_that_error()
    {
        var score = _ml.Reconstruction.Evaluate(Data, "Pixels", "Clean");
        var mean = _rows.Average(r => r.Pixels.Zip(r.Clean, (a, b) => ((double)a - b) * ((double)a - b)).Average());
        Assert.Equal(10 * Math.Log10(1 / mean), score.PeakSignalToNoiseRatioOfMeanError, 1e-5);
        Assert.True(score.PeakSignalToNoiseRatioOfMeanError < score.PeakSignalToNoiseRatio);
    }

    [Fact]
    public void A_key_column_gives_the_scores_of_each_class_by_its_name_in_the_order_of_the_keys()
    {
        var data = _ml.Transforms.Conversion.MapValueToKey("Key", "Kind").Fit(Data).Transform(Data);
        var evaluation = _ml.Reconstruction.Evaluate(data, "Pixels", "Clean", "Key");
        // Keys are assigned in the order in which classes appear.
        Assert.Equal(_rows.Select(r => r.Kind).Distinct(), evaluation.PerClass.Keys);
        foreach (var (name, score) in evaluation.PerClass)
            AssertMeans([.. _rows.Where(r => r.Kind == name)], score);
        AssertMeans(_rows, evaluation);
    }

    [Fact]
    public void A_text_column_gives_the_scores_of_each_class()
    {
        var evaluation = _ml.Reconstruction.Evaluate(Data, "Pixels", "Clean", "Kind");
        Assert.Equal(["bag", "coat", "shirt"], evaluation.PerClass.Keys);
        foreach (var (name, score) in evaluation.PerClass)
            AssertMeans([.. _rows.Where(r => r.Kind == name)], score);
    }

    [Fact]
    public void Keys_without_names_go_by_their_numbers_and_missing_ones_by_a_question_mark()
    {
        var evaluation = _ml.Reconstruction.Evaluate(Data, "Pixels", "Clean", "Number");
        Assert.Equal(["?", "0", "1", "2"], evaluation.PerClass.Keys);
        // Three keys count from 0 in an object; higher values are missing.
        AssertMeans([.. _rows.Where(r => r.Number == 3)], evaluation.PerClass["?"]);
        AssertMeans([.. _rows.Where(r => r.Number == 0)], evaluation.PerClass["0"]);
        AssertMeans([.. _rows.Where(r => r.Number == 2)], evaluation.PerClass["2"]);
    }

    [Fact]
    public void Equal_images_have_no_error_and_full_similarity()
    {
        var score = _ml.Reconstruction.Evaluate(Data, "Pixels", "Pixels");
        Assert.Equal((60, 0.0, double.PositiveInfinity, double.PositiveInfinity), (score.Count, score.MeanSquaredError, score.PeakSignalToNoiseRatio, score.PeakSignalToNoiseRatioOfMeanError));
        Assert.Equal(1, score.StructuralSimilarity, 1e-6);
    }

    [Fact]
    public void The_data_are_read_once_and_nothing_of_them_that_is_not_needed()
    {
        var spy = new SpyView(Data);
        _ml.Reconstruction.Evaluate(spy, "Pixels", "Clean", "Kind");
        Assert.Equal(60, spy.Moves);
        Assert.Equal((1, 1), (spy.Opened, spy.Disposed));
        Assert.Equal(["Clean", "Kind", "Pixels"], spy.Getters.Distinct().Order());
    }

    [Fact]
    public void Reconstructions_of_an_autoencoder_are_judged_as_its_own_scores_say()
    {
        using var transformer = Models.Fit(_ml, Models.AllColumns());
        var view = transformer.Transform(Images.View(_ml, 30, 8));
        var score = _ml.Reconstruction.Evaluate(view, "Pixels", "Clean");
        Assert.Equal(view.GetColumn<float>("Mse").Average(v => (double)v), score.MeanSquaredError, 1e-7);
        Assert.Equal(view.GetColumn<float>("Psnr").Average(v => (double)v), score.PeakSignalToNoiseRatio, 1e-4);
        Assert.Equal(view.GetColumn<float>("Ssim").Average(v => (double)v), score.StructuralSimilarity, 1e-6);
    }

    [Fact]
    public void The_text_has_a_line_for_each_class_and_one_for_all()
    {
        var evaluation = _ml.Reconstruction.Evaluate(Data, "Pixels", "Clean", "Kind");
        var lines = evaluation.ToString().Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.Equal(["class", "bag", "coat", "shirt", "all"], lines.Select(l => l.Split(' ')[0]));
        Assert.Contains($"{evaluation.PerClass["coat"].MeanSquaredError:F4}", lines[2]);
    }

    [Fact]
    public void A_shape_is_taken_where_none_can_be_told()
    {
        var rows = new[] { new Flat() };
        var data = _ml.Data.LoadFromEnumerable(rows);
        Assert.Contains("shape", Assert.Throws<InvalidOperationException>(() => _ml.Reconstruction.Evaluate(data, "Pixels", "Pixels")).Message);
        Assert.Equal(1, _ml.Reconstruction.Evaluate(data, "Pixels", "Pixels", shape: new ImageShape(1, 11, 12)).Count);
    }

    [Fact]
    public void A_view_without_rows_is_refused()
    {
        var empty = _ml.Data.LoadFromEnumerable(Array.Empty<Classed>());
        Assert.Equal("There are no rows to evaluate.", Assert.Throws<InvalidOperationException>(() => _ml.Reconstruction.Evaluate(empty, "Pixels", "Clean")).Message);
    }

    [Theory]
    [InlineData("Nope", "Could not find label column 'Nope'")]
    [InlineData("Pixels", "Schema mismatch for label column 'Pixels': expected Key<UInt32> or String, got Vector<Single, 144>")]
    [InlineData("Weight", "Schema mismatch for label column 'Weight': expected Key<UInt32> or String, got Single")]
    public void A_missing_or_mistyped_label_is_refused(string label, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Reconstruction.Evaluate(Data, "Pixels", "Clean", label));
        Assert.StartsWith(message, error.Message);
    }

    [Fact]
    public void A_missing_image_column_is_refused()
    {
        Message.Says<ArgumentOutOfRangeException>(() => _ml.Reconstruction.Evaluate(Data, "Pixels", "Nope"), "reconstruction column 'Nope'");
    }

    private static void AssertMeans(Classed[] rows, ReconstructionMetrics score)
    {
        var errors = Array.ConvertAll(rows, r => r.Pixels.Zip(r.Clean, (a, b) => ((double)a - b) * ((double)a - b)).Average());
        Assert.Equal(rows.Length, score.Count);
        Assert.Equal(errors.Average(), score.MeanSquaredError, 1e-8);
        Assert.Equal(errors.Average(e => -10 * Math.Log10(e)), score.PeakSignalToNoiseRatio, 1e-5);
        using var scope = NewDisposeScope();
        Tensor Stack(Func<Classed, float[]> pixels) => torch.tensor(rows.SelectMany(pixels).ToArray()).reshape(Images.Shape.Batch(rows.Length));
        Assert.Equal(ImageQuality.StructuralSimilarity(Stack(r => r.Pixels), Stack(r => r.Clean)).mean().item<double>(), score.StructuralSimilarity, 1e-6);
    }

    private sealed class Classed
    {
        [VectorType(Images.Size)]
        public float[] Pixels { get; set; } = [];

        [VectorType(Images.Size)]
        public float[] Clean { get; set; } = [];

        public string Kind { get; set; } = "";

        [KeyType(3)]
        public uint Number { get; set; }

        public float Weight { get; set; }

        // The classes differ in the size of their errors.
        public static Classed[] Draw(int count) => [.. Images.Rows(count, 4).Select((row, i) => new Classed
        {
            Pixels = row.Pixels,
            Clean = [.. row.Pixels.Zip(row.Noisy, (a, b) => a + (b - a) * (0.4f + 0.3f * (i % 3)))],
            Kind = new[] { "shirt", "bag", "coat" }[i % 3],
            Number = (uint)(i % 4),
        })];
    }

    private sealed class Flat
    {
        [VectorType(132)]
        public float[] Pixels { get; set; } = new float[132];
    }
}
