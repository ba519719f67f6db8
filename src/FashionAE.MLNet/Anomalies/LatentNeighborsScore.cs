namespace FashionAE.MLNet;

/// <summary>
/// Measures the mean Euclidean distance from the latent vector to its nearest neighbors among the latent vectors of the training data
/// (Angiulli and Pizzuti 2002, PKDD). It also finds images that are reconstructed well although their latent vector is far from all others.
/// The unit is that of the latent vectors.
/// </summary>
public sealed record LatentNeighborsScore : AnomalyScore
{
    private const string Sample = "sample";

    /// <summary>Gets or sets how many nearest neighbors count, within [1, 1,000]. The default is 5.</summary>
    public int Neighbors { get; init; } = 5;

    /// <summary>
    /// Gets or sets how many latent vectors of the training data the model keeps. It must be <see cref="Neighbors"/> or more. The default
    /// is 4,096. If there are more training images, the model keeps a random sample. Time and memory grow with this number.
    /// </summary>
    public int References { get; init; } = 4096;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, float[]> Learn(LearningImages images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var size = images.LatentSize;
        return new Dictionary<string, float[]>
        {
            [Sample] = MLNet.References.Draw(
                images, References, size, (batch, row, code) => batch.Latent.Slice(row * size, size).CopyTo(code)),
        };
    }

    /// <inheritdoc/>
    public override void Compute(ReconstructedImages images, IReadOnlyDictionary<string, float[]> learned, Span<double> scores)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(learned);
        var sample = learned[Sample];
        var count = CountIn(sample, images.LatentSize);
        var nearest = NearestVectors.In(sample, images.LatentSize).Find(images.Latent, count);
        for (var i = 0; i < images.Count; i++)
        {
            var sum = 0.0;
            foreach (var (_, distance) in nearest.AsSpan(i * count, count))
                sum += Math.Sqrt(distance);
            scores[i] = sum / count;
        }
    }

    /// <inheritdoc/>
    public override void Check(InputShape? shape)
    {
        if (Neighbors is < 1 or > MLNet.References.MostNeighbors)
            throw new ArgumentException($"{nameof(Neighbors)} is {Neighbors}; it must be 1 to {MLNet.References.MostNeighbors}.");
        if (References < Neighbors)
            throw new ArgumentException($"{nameof(References)} is {References}; it must be {nameof(Neighbors)} ({Neighbors}) or more.");
    }

    /// <inheritdoc/>
    public override void CheckLearned(IReadOnlyDictionary<string, float[]> learned, InputShape shape, int latentSize)
    {
        ArgumentNullException.ThrowIfNull(learned);
        Find(learned, Sample, length => length > 0 && length % latentSize == 0 && length / latentSize <= References);
    }

    internal override OnnxValue Write(AnomalyGraph graph, IReadOnlyDictionary<string, float[]> learned)
    {
        var (sample, codes) = (learned[Sample], graph.Export.Cast(graph.Latent, isDouble: true));
        return graph.Export.Mean(graph.Nearest(codes, sample, graph.LatentSize, CountIn(sample, graph.LatentSize)).Distances);
    }

    // A small training set can have fewer images than Neighbors.
    private int CountIn(float[] sample, int latentSize) => Math.Min(Neighbors, sample.Length / latentSize);
}
