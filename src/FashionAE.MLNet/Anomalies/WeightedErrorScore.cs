namespace FashionAE.MLNet;

/// <summary>
/// Measures the squared error of each pixel divided by the mean squared error of that pixel in the training data, averaged over the pixels.
/// Because of <see cref="Floor"/>, the mean score of the training images is below 1. An error counts more where the autoencoder is usually
/// right. The model of the error is a diagonal Gaussian (An and Cho 2015, SNU Data Mining Center, "reconstruction probability").
/// </summary>
public sealed record WeightedErrorScore : AnomalyScore
{
    private const string Weights = "weights";

    /// <summary>
    /// Gets or sets the share of the mean error of all pixels that is added to the mean error of each pixel, above 0. The default is 0.1.
    /// Without it, pixels that are nearly always right, such as those of a border, would dominate the score.
    /// </summary>
    public double Floor { get; init; } = 0.1;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, float[]> Learn(LearningImages images) =>
        new Dictionary<string, float[]> { [Weights] = LearnWeights(images, Floor) };

    /// <summary>Learns the factors for the squared error of each pixel.</summary>
    internal static float[] LearnWeights(LearningImages images, double floor)
    {
        ArgumentNullException.ThrowIfNull(images);
        var sums = new double[images.Shape.Height * images.Shape.Width];
        var counts = new long[sums.Length];
        // Held-out rows are not used: their scores would be lower than those of new rows, and the threshold would be too low.
        foreach (var batch in images.Training)
        {
            var maps = batch.ErrorMaps;
            for (var i = 0; i < maps.Length; i++)
            {
                sums[i % sums.Length] += maps[i];
                counts[i % sums.Length] += maps[i] == 0 ? 0 : 1;
            }
        }
        // A missing value of a vector has an error of exactly 0. Other values hardly ever do.
        double CountOf(int slot) => images.Shape.IsVector ? Math.Max(1, counts[slot]) : images.TrainingCount;
        double[] errors = [.. sums.Select((sum, slot) => sum / CountOf(slot))];
        // If there is no error at all, each pixel counts as in the mean squared error.
        var added = errors.Average() is > 0 and var mean ? floor * mean : 1;
        return Array.ConvertAll(errors, error => (float)(1 / (error + added)));
    }

    /// <summary>Gets the factors for the error of each pixel or slot.</summary>
    internal static float[] WeightsIn(IReadOnlyDictionary<string, float[]> learned) => learned[Weights];

    /// <inheritdoc/>
    public override void Compute(ReconstructedImages images, IReadOnlyDictionary<string, float[]> learned, Span<double> scores)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(learned);
        var weights = learned[Weights];
        var maps = images.ErrorMaps;
        for (var i = 0; i < images.Count; i++)
        {
            var map = maps.Slice(i * weights.Length, weights.Length);
            var sum = 0.0;
            for (var pixel = 0; pixel < map.Length; pixel++)
                sum += (double)map[pixel] * weights[pixel];
            scores[i] = images.FactorOf(i) * sum / weights.Length;
        }
    }

    /// <inheritdoc/>
    public override void Check(InputShape? shape)
    {
        if (!(Floor > 0 && double.IsFinite(Floor)))
            throw new ArgumentException($"{nameof(Floor)} is {Floor}; it must be above 0.");
    }

    /// <inheritdoc/>
    public override void CheckLearned(IReadOnlyDictionary<string, float[]> learned, InputShape shape, int latentSize)
    {
        ArgumentNullException.ThrowIfNull(learned);
        Find(learned, Weights, length => length == shape.Height * shape.Width);
    }

    internal override OnnxValue Write(AnomalyGraph graph, IReadOnlyDictionary<string, float[]> learned)
    {
        var weights = graph.Constant(learned[Weights], "weights", graph.Shape.Height, graph.Shape.Width);
        return graph.Scores.MeanOf(graph.Export.Add("Mul", graph.ErrorMaps, weights));
    }
}
