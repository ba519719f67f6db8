using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Computes the outputs of a detector for a batch of rows. Each output is computed when it is first read.</summary>
internal sealed class DetectorBatch
{
    private readonly Detector _detector;
    private readonly InputShape _shape;

    /// <param name="scored">Called with the scores of each batch.</param>
    public DetectorBatch(
        Detector detector, ReconstructedImages images, Func<int, bool> isMissing, Action<ReadOnlySpan<float>>? scored = null)
    {
        var (height, width) = (images.Shape.Height, images.Shape.Width);
        (_detector, _shape) = (detector, images.Shape);
        Scores = new BatchValues(
            1, scores =>
            {
                var values = new double[images.Count];
                detector.Score.ComputeInSlices(images, detector.Learned, values);
                for (var i = 0; i < values.Length; i++)
                    scores[i] = (float)values[i];
            }, isMissing)
        {
            Stage = ScoringTelemetry.Score,
            Computed = scored,
        };
        Probabilities = new BatchValues(
            1, probabilities =>
            {
                var scores = Scores.All();
                for (var i = 0; i < images.Count; i++)
                    probabilities[i] = (float)ProbabilityOf(detector, scores[i]);
            }, isMissing);
        Maps = new BatchValues(height * width, maps => Smooth(images, maps), isMissing);
    }

    public BatchValues Scores { get; }

    public BatchValues Probabilities { get; }

    public BatchValues Maps { get; }

    private BandMatrix Rows => field ??= ErrorMap.Gaussian(_shape.Height, _detector.Smoothing);

    private BandMatrix Columns => field ??= ErrorMap.Gaussian(_shape.Width, _detector.Smoothing);

    /// <summary>
    /// Computes the probability that a row is an anomaly. It is 2s - 1, where s is the share of normal rows with lower scores. If s is
    /// below one half, the probability is 0. This is the method of Kriegel, Kröger, Schubert and Zimek (2011, SIAM International Conference
    /// on Data Mining), with a different distribution.
    /// </summary>
    public static double ProbabilityOf(Detector detector, double score) =>
        double.IsPositiveInfinity(score) ? 1 : Math.Max(0, 1 - 2 * Math.Exp(-detector.Distribution!.Rarity(score)));

    public void Begin(int count)
    {
        Scores.Begin(count);
        Probabilities.Begin(count);
        Maps.Begin(count);
    }

    public Delegate MakeMaskGetter(RowSlot slot)
    {
        var (length, threshold) = (_shape.Height * _shape.Width, _detector.PixelThreshold);
        return (ValueGetter<VBuffer<bool>>)((ref VBuffer<bool> value) =>
        {
            var row = slot.ReadCurrent();
            var map = Maps.All().AsSpan(row * length, length);
            var editor = VBufferEditor.Create(ref value, length);
            // The error map of a missing image is NaN, and all of its pixels are marked.
            for (var i = 0; i < length; i++)
                editor.Values[i] = !(map[i] <= threshold);
            value = editor.Commit();
        });
    }

    private void Smooth(ReconstructedImages images, float[] maps)
    {
        var (rows, columns, length) = (Rows, Columns, _shape.Height * _shape.Width);
        images.InSlices((slice, first) =>
        {
            var all = slice.ErrorMaps;
            var (blurred, weighted) = (new double[length], new float[length]);
            for (var i = 0; i < slice.Count; i++)
            {
                var map = all.Slice(i * length, length);
                ErrorMap.Blur(ErrorMap.Weigh(map, _detector.MapWeights, weighted), rows, columns, blurred);
                var target = maps.AsSpan((first + i) * length, length);
                for (var pixel = 0; pixel < length; pixel++)
                    target[pixel] = (float)blurred[pixel];
            }
        });
    }
}
