namespace FashionAE.MLNet;

/// <summary>
/// Several scores as one: the mean over them of how rare each one's value is among normal rows. A value's rarity is -ln(the share of
/// held-out normal rows that score higher), 1 for a usual row (the sum of such logarithms is Fisher's combination of tests: Fisher 1932,
/// Statistical Methods for Research Workers).
/// </summary>
public sealed record CombinedScore : AnomalyScore
{
    /// <summary>Gets the scores that are combined, two or more.</summary>
    public IReadOnlyList<AnomalyScore> Parts { get; init; } = [new MeanSquaredErrorScore(), new LatentNeighborsScore()];

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, float[]> Learn(LearningImages images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var learned = Parts.Select(part => part.Learn(images)).ToArray();
        var scores = Parts.Select(_ => new List<double>()).ToArray();
        foreach (var batch in images.HeldOut)
        {
            var values = new double[batch.Count];
            for (var i = 0; i < Parts.Count; i++)
            {
                Parts[i].Compute(batch, learned[i], values);
                scores[i].AddRange(values);
            }
        }
        var all = new Dictionary<string, float[]>();
        for (var i = 0; i < Parts.Count; i++)
        {
            foreach (var (name, values) in learned[i])
                all[$"{i}.{name}"] = values;
            all[NameOf(i)] = ScoreDistribution.Of([.. scores[i].Order()]).Numbers;
        }
        return all;
    }

    /// <inheritdoc/>
    public override void Compute(ReconstructedImages images, IReadOnlyDictionary<string, float[]> learned, Span<double> scores)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(learned);
        scores[..images.Count].Clear();
        var values = new double[images.Count];
        for (var i = 0; i < Parts.Count; i++)
        {
            Parts[i].Compute(images, Of(i, learned), values);
            var distribution = new ScoreDistribution(learned[NameOf(i)]);
            for (var row = 0; row < values.Length; row++)
                scores[row] += distribution.Rarity(values[row]) / Parts.Count;
        }
    }

    /// <inheritdoc/>
    public override void Check(ImageShape? shape)
    {
        if (Parts.Count < 2)
            throw new ArgumentException($"{nameof(Parts)} must be two scores or more.");
        foreach (var part in Parts)
            part.Check(shape);
    }

    /// <inheritdoc/>
    public override void CheckLearned(IReadOnlyDictionary<string, float[]> learned, ImageShape shape, int latentSize)
    {
        ArgumentNullException.ThrowIfNull(learned);
        for (var i = 0; i < Parts.Count; i++)
        {
            Parts[i].CheckLearned(Of(i, learned), shape, latentSize);
            if (!ScoreDistribution.Is(Find(learned, NameOf(i), length => length > 1)))
                throw new ArgumentException($"'{NameOf(i)}' is no distribution");
        }
    }

    internal override OnnxValue Write(AnomalyGraph graph, IReadOnlyDictionary<string, float[]> learned)
    {
        var rarities = Parts.Select((part, i) =>
            new ScoreDistribution(learned[NameOf(i)]).Write(graph.Export, part.Write(graph, Of(i, learned))));
        var sum = rarities.Aggregate((a, b) => graph.Export.Add("Add", a, b));
        return graph.Export.Add("Div", sum, graph.Export.Number(Parts.Count, isDouble: true));
    }

    private static string NameOf(int part) => $"{part}.distribution";

    private static Dictionary<string, float[]> Of(int part, IReadOnlyDictionary<string, float[]> learned)
    {
        var prefix = $"{part}.";
        return learned.Where(array => array.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(array => array.Key[prefix.Length..], array => array.Value);
    }
}
