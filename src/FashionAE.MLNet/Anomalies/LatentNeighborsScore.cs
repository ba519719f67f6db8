namespace FashionAE.MLNet;

/// <summary>
/// The mean Euclidean distance of the latent vector to the nearest ones of the training data (Angiulli and Pizzuti 2002, PKDD): an image
/// that is reconstructed well may still have a latent vector where no other image is. Its unit is that of the latent vectors.
/// </summary>
public sealed record LatentNeighborsScore : AnomalyScore
{
    private const string Sample = "sample";

    /// <summary>Gets or sets how many of the nearest ones count, 1 to 1,000; 5 unless set.</summary>
    public int Neighbors { get; init; } = 5;

    /// <summary>
    /// Gets or sets how many latent vectors of the training data the model keeps, <see cref="Neighbors"/> or more; 4,096 unless set. They
    /// are a random sample where there are more; time and memory grow with their number.
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

    // Few images have fewer.
    private int CountIn(float[] sample, int latentSize) => Math.Min(Neighbors, sample.Length / latentSize);
}
