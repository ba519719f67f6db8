using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Anomalies;

/// <summary>
/// Tests the error maps and masks of a trained detector of color images: their formula, their drawing and their evaluation.
/// </summary>
[Trait("Pace", "slow")]
public sealed class DetectorMapTests : IDisposable
{
    private const int Height = 13;
    private const int Width = 11;
    private const int Plane = Height * Width;

    private readonly MLContext _ml = new(1);
    private readonly string _model = Path.GetTempFileName();
    private readonly ColorRow[] _training = ColorRow.Draw(60, 1);
    private readonly ColorRow[] _heldOut = ColorRow.Draw(40, 2);
    private readonly ColorRow[] _new = ColorRow.Draw(30, 3);

    public void Dispose() => File.Delete(_model);

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(0.3, true)]
    [InlineData(50, true)]
    public void An_error_map_is_the_mean_over_the_channels_weighted_and_smoothed(double smoothing, bool isWeighted)
    {
        using var detector = Fit(smoothing, isWeighted);
        var training = Errors(detector, _training);
        // An error is divided by the mean error of its pixel in the training rows, plus a tenth of the mean error of all pixels.
        var usual = Enumerable.Range(0, Plane).Select(pixel => training.Average(map => map[pixel])).ToArray();
        var divisors = Array.ConvertAll(usual, mean => isWeighted ? mean + 0.1 * usual.Average() : 1);
        var expected = Errors(detector, _new).Select(map => Smooth([.. map.Zip(divisors, (error, divisor) => error / divisor)], smoothing)).ToArray();
        var judged = Judged.All(detector, View(_new));
        var tolerance = 2e-5 * expected.Max(map => map.Max());
        Assert.All(expected.Zip(judged), pair => Assert.All(pair.First.Zip(pair.Second.Where), error => Assert.Equal(error.First, error.Second, tolerance)));
        Assert.All(judged, row => Assert.Equal(row.Where.Select(error => error > detector.PixelThreshold), row.Mask));
        // One in twenty pixels of held-out rows is marked, or fewer by at most a bin of equal errors.
        var marked = Judged.All(detector, View(_heldOut)).SelectMany(row => row.Mask).Count(mark => mark);
        Assert.InRange(marked, 0.04 * 40 * Plane, 0.05 * 40 * Plane);
    }

    [Fact]
    public void It_is_drawn_without_options_and_the_outline_is_that_of_the_mask()
    {
        using var detector = Fit(1, isWeighted: true);
        var view = detector.Transform(View(_new));
        IEnumerable<byte[]> Draw(IEstimator<ITransformer> estimator)
        {
            foreach (var image in estimator.Fit(view).Transform(view).GetColumn<MLImage>("Picture"))
                using (image)
                {
                    Assert.Equal((Height, Width), (image.Height, image.Width));
                    yield return image.Pixels.ToArray();
                }
        }

        var heat = new ImageDrawingEstimator.Options { Colors = DrawingColors.Heat, MaximumValue = 2 * detector.PixelThreshold!.Value };
        Assert.Equal(Draw(_ml.Transforms.DrawImages("Picture", "Where", heat)), Draw(_ml.Transforms.DrawImages("Picture", "Where")));
        var masks = view.GetColumn<bool[]>("Mask").ToArray();
        Assert.InRange(masks.Sum(mask => mask.Count(marked => marked)), 20, 30 * Plane / 2);
        foreach (var mask in new[] { null, "Mask" })
        {
            var pictures = Draw(_ml.Transforms.DrawOverlay("Picture", "Pixels", "Where", mask)).ToArray();
            Assert.All(masks.Zip(pictures), pair => Assert.All(Enumerable.Range(0, Plane), i =>
            {
                bool IsMarked(int y, int x) => y is >= 0 and < Height && x is >= 0 and < Width && pair.First[y * Width + x];
                var (y, x) = (i / Width, i % Width);
                var isOutline = IsMarked(y, x) && !(IsMarked(y - 1, x) && IsMarked(y + 1, x) && IsMarked(y, x - 1) && IsMarked(y, x + 1));
                // The color of the outline, in the order blue, green, red.
                Assert.Equal(isOutline, pair.Second.AsSpan(4 * i, 3).SequenceEqual<byte>([255, 144, 30]));
            }));
        }
    }

    [Fact]
    public void It_is_judged_without_naming_a_column()
    {
        using var detector = Fit(1, isWeighted: false);
        var rows = ColorRow.Draw(40, 4);
        foreach (var row in rows.Where((_, i) => i % 4 == 0))
            row.Damage();
        var view = detector.Transform(View(rows));
        var metrics = _ml.Reconstruction.EvaluateAnomalies(view, "Label", "TrueMask");
        var judged = Judged.All(detector, View(rows));
        Assert.Equal((30, 10), (metrics.NormalCount, metrics.AnomalyCount));
        Assert.Equal(judged.Zip(rows).Count(pair => pair.First.PredictedLabel && pair.Second.Label), metrics.DetectedCount);
        Assert.Equal(judged.Zip(rows).Count(pair => pair.First.PredictedLabel && !pair.Second.Label), metrics.FalseAlarmCount);
        var scores = judged.Zip(rows, (j, row) => (Value: j.Score, row.Label)).ToArray();
        Assert.Equal(AreaUnderRoc(scores), metrics.AreaUnderRocCurve, 1e-9);
        var pixels = judged.Zip(rows, (j, row) => j.Where.Zip(row.TrueMask)).SelectMany(pair => pair).ToArray();
        Assert.Equal(AreaUnderRoc(pixels), metrics.Pixels!.AreaUnderRocCurve, 1e-9);
        var marks = judged.Zip(rows, (j, row) => j.Mask.Zip(row.TrueMask)).SelectMany(pair => pair).ToArray();
        Assert.Equal(
            (double)marks.Count(pair => pair.First && pair.Second) / marks.Count(pair => pair.First || pair.Second), metrics.Pixels.IntersectionOverUnion, 1e-9);
        Assert.Equal(10, metrics.Pixels.RegionCount);
        Assert.InRange(metrics.Pixels.AreaUnderRocCurve, 0.8, 1);
    }

    /// <summary>
    /// Computes the share of pairs of an anomalous and a normal value in which the anomalous value is higher. Equal values count half.
    /// </summary>
    private static double AreaUnderRoc((float Value, bool IsAnomaly)[] values)
    {
        var normal = values.Where(value => !value.IsAnomaly).Select(value => value.Value).ToArray();
        var anomalies = values.Where(value => value.IsAnomaly).Select(value => value.Value).ToArray();
        return anomalies.Average(a => normal.Average(n => a > n ? 1 : a == n ? 0.5 : 0));
    }

    /// <summary>Smooths a map with a Gaussian along both axes, using only its weights within the image.</summary>
    private static double[] Smooth(double[] map, double deviation)
    {
        if (deviation == 0)
            return map;
        var reach = (int)Math.Ceiling(3 * deviation);
        return [.. Enumerable.Range(0, Plane).Select(i =>
        {
            var (sum, weights) = (0.0, 0.0);
            for (var j = 0; j < Plane; j++)
            {
                var (dy, dx) = (i / Width - j / Width, i % Width - j % Width);
                if (Math.Abs(dy) > reach || Math.Abs(dx) > reach)
                    continue;
                var weight = Math.Exp(-(dy * dy + dx * dx) / (2 * deviation * deviation));
                (sum, weights) = (sum + weight * map[j], weights + weight);
            }
            return sum / weights;
        })];
    }

    private IDataView View(ColorRow[] rows) => _ml.Data.LoadFromEnumerable(rows);

    private AutoencoderTransformer Fit(double smoothing, bool isWeighted)
    {
        var options = Models.WholeDetector(epochs: 10, score: AnomalyScore.LargestLocalError);
        options.Architecture = new DenseArchitecture(new ImageShape(3, Height, Width), 4) { HiddenSizes = [16] };
        (options.ValidationSet, options.Smoothing, options.IsErrorMapWeighted, options.PixelFalseAlarms) = (View(_heldOut), smoothing, isWeighted, 0.05);
        return _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(View(_training));
    }

    /// <summary>Computes the squared errors of the autoencoder without the detector, averaged over the channels.</summary>
    private double[][] Errors(AutoencoderTransformer detector, ColorRow[] rows)
    {
        AutoencoderFile.Save(detector.Model, _model);
        var options = new ApplyAutoencoderOptions { InputColumnName = "Pixels", ReconstructionColumnName = "Clean" };
        using var autoencoder = _ml.Transforms.ApplyAutoencoder(_model, options).Fit(View(rows));
        var clean = autoencoder.Transform(View(rows)).GetColumn<float[]>("Clean").ToArray();
        return [.. rows.Zip(clean, (row, image) => Enumerable.Range(0, Plane).Select(pixel =>
            Enumerable.Range(0, 3).Average(channel => Math.Pow((double)row.Pixels[channel * Plane + pixel] - image[channel * Plane + pixel], 2))).ToArray())];
    }

    /// <summary>Draws a disk of one color at a random place on another color.</summary>
    private sealed class ColorRow
    {
        [VectorType(3, Height, Width)]
        public float[] Pixels { get; set; } = new float[3 * Plane];

        public bool Label { get; set; }

        [VectorType(Height, Width)]
        public bool[] TrueMask { get; set; } = new bool[Plane];

        public static ColorRow[] Draw(int count, int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, count).Select(_ =>
            {
                var row = new ColorRow();
                var (top, left) = (random.Next(3, Height - 3), random.Next(3, Width - 3));
                float[] colors = [.. Enumerable.Range(0, 6).Select(_ => random.NextSingle() / 2)];
                for (var i = 0; i < row.Pixels.Length; i++)
                {
                    var (channel, y, x) = (i / Plane, i % Plane / Width, i % Width);
                    row.Pixels[i] = colors[(y - top) * (y - top) + (x - left) * (x - left) < 9 ? channel : 3 + channel];
                }
                return row;
            })];
        }

        /// <summary>Makes a small square of the first channel bright.</summary>
        public void Damage()
        {
            Label = true;
            foreach (var i in new[] { 4 * Width + 5, 4 * Width + 6, 5 * Width + 5, 5 * Width + 6 })
                (Pixels[i], TrueMask[i]) = (1, true);
        }
    }
}
