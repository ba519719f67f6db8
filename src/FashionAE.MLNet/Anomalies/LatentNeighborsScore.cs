namespace FashionAE.MLNet;

/// <summary>
/// The mean Euclidean distance of the latent vector to the nearest ones of the training data (Angiulli and Pizzuti 2002, PKDD): an image
/// that is reconstructed well may still have a latent vector where no other image is. Its unit is that of the latent vectors.
/// </summary>
public sealed record LatentNeighborsScore : AnomalyScore
{
    private const string Sample = "sample";

    /// <summary>Gets or sets how many of the nearest ones count, 1 or more; 5 unless set.</summary>
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
        var length = (int)Math.Min(References, images.TrainingCount);
        var sample = new float[(long)length * size];
        var random = new Random(images.Seed);
        var (left, wanted) = (images.TrainingCount, length);
        foreach (var batch in images.Training)
            for (var row = 0; row < batch.Count; row++, left--)
            {
                // Every subset of that length is as likely as any other (Knuth, The Art of Computer Programming 3.4.2, algorithm S).
                if (random.NextDouble() * left >= wanted)
                    continue;
                var code = batch.Latent.Slice(row * size, size);
                for (var i = 0; i < size; i++)
                    sample[i * length + length - wanted] = code[i];
                wanted--;
            }
        return new Dictionary<string, float[]> { [Sample] = sample };
    }

    /// <inheritdoc/>
    public override void Compute(ReconstructedImages images, IReadOnlyDictionary<string, float[]> learned, Span<double> scores)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(learned);
        var sample = learned[Sample];
        var count = CountIn(sample, images.LatentSize);
        var distances = new double[images.Count * count];
        NearestCodes.Find(images.Latent, sample, images.LatentSize, distances, count);
        for (var i = 0; i < images.Count; i++)
        {
            var sum = 0.0;
            foreach (var distance in distances.AsSpan(i * count, count))
                sum += Math.Sqrt(distance);
            scores[i] = sum / count;
        }
    }

    /// <inheritdoc/>
    public override void Check(ImageShape? shape)
    {
        if (Neighbors < 1)
            throw new ArgumentException($"{nameof(Neighbors)} is {Neighbors}; it must be 1 or more.");
        if (References < Neighbors)
            throw new ArgumentException($"{nameof(References)} is {References}; it must be {nameof(Neighbors)} ({Neighbors}) or more.");
    }

    /// <inheritdoc/>
    public override void CheckLearned(IReadOnlyDictionary<string, float[]> learned, ImageShape shape, int latentSize)
    {
        ArgumentNullException.ThrowIfNull(learned);
        Find(learned, Sample, length => length > 0 && length % latentSize == 0 && length / latentSize <= References);
    }

    internal override OnnxValue Write(AnomalyGraph graph, IReadOnlyDictionary<string, float[]> learned)
    {
        var export = graph.Export;
        var sample = Array.ConvertAll(learned[Sample], value => (double)value);
        var codes = export.Cast(graph.Latent, isDouble: true);
        var axis = OnnxLayers.Attributes(("axes", (long[])[1]), ("keepdims", 1L));

        // In double precision |a|^2 - 2ab + |b|^2 loses no digit that matters.
        var size = graph.LatentSize;
        var length = sample.Length / size;
        var squares = Enumerable.Range(0, length).Select(
            row => Enumerable.Range(0, size).Sum(i => sample[i * length + row] * sample[i * length + row]));
        var ofSample = export.Graph.Constant(StoredTensor.Of([.. squares], 1, length), "squares");
        var ofCodes = export.Graph.Add("ReduceSumSquare", [codes], axis);
        var products = export.Add("MatMul", codes, export.Graph.Constant(StoredTensor.Of(sample, size, length), "sample"));
        var distances = export.Add("Add", export.Add("Sub", ofCodes, export.Add("Add", products, products)), ofSample);
        // The highest are found of what is below 0.
        var negative = export.Add("Sub", export.Number(0, isDouble: true), export.Add("Max", distances, export.Number(0, isDouble: true)));
        var nearest = export.Graph.AddFirst(
            "TopK", [negative, export.Graph.Constant(StoredTensor.Of([(long)CountIn(learned[Sample], size)]), "neighbors")],
            attributes: null, outputs: 2);
        return export.Mean(export.Add("Sqrt", export.Add("Sub", export.Number(0, isDouble: true), nearest)));
    }

    // Few images have fewer.
    private int CountIn(float[] sample, int latentSize) => Math.Min(Neighbors, sample.Length / latentSize);
}
