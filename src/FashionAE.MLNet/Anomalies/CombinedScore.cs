namespace FashionAE.MLNet;

/// <summary>Combines several scores by how rare the value of each is among normal rows.</summary>
/// <remarks>
/// The rarity of a value is -ln(s), where s is the share of held-out normal rows that score higher. The mean rarity of normal rows is 1. A
/// sum of such logarithms is Fisher's combination of tests (Fisher 1932, Statistical Methods for Research Workers). The combined score is
/// the mean rarity of <see cref="Parts"/>. Each of the <see cref="Extremes"/> adds the amount by which its rarity exceeds that of 1 row in
/// 20. An extreme therefore counts only where it has found something, and adds no noise to the scores of other rows.
/// </remarks>
public sealed record CombinedScore : AnomalyScore
{
    private const double ExtremeShare = 0.05;
    private const int MostScores = 100;

    /// <summary>
    /// Gets the scores whose mean rarity counts, at least one. The default is <see cref="ImageNeighborsScore"/>. The list is copied.
    /// <see cref="Parts"/> and <see cref="Extremes"/> together may have at most 100 scores.
    /// </summary>
    public IReadOnlyList<AnomalyScore> Parts { get; init => field = ValueList<AnomalyScore>.Of(value)!; } =
        new ValueList<AnomalyScore>([new ImageNeighborsScore()]);

    /// <summary>
    /// Gets the scores that count only where they are extreme. The default is <see cref="LargestLocalErrorScore"/>. The list is copied.
    /// </summary>
    public IReadOnlyList<AnomalyScore> Extremes { get; init => field = ValueList<AnomalyScore>.Of(value)!; } =
        new ValueList<AnomalyScore>([new LargestLocalErrorScore()]);

    private AnomalyScore[] All => [.. Parts, .. Extremes];

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, float[]> Learn(LearningImages images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var scores = All;
        var learned = Array.ConvertAll(scores, score => score.Learn(images));
        var values = Array.ConvertAll(scores, _ => new List<double>());
        foreach (var batch in images.HeldOut)
        {
            var some = new double[batch.Count];
            for (var i = 0; i < scores.Length; i++)
            {
                scores[i].ComputeInSlices(batch, learned[i], some);
                values[i].AddRange(some);
            }
        }
        var all = new Dictionary<string, float[]>();
        for (var i = 0; i < scores.Length; i++)
        {
            foreach (var (name, array) in learned[i])
                all[$"{i}.{name}"] = array;
            all[NameOf(i)] = ScoreDistribution.Of([.. values[i].Order()]).Numbers;
        }
        return all;
    }

    /// <inheritdoc/>
    public override void Compute(ReconstructedImages images, IReadOnlyDictionary<string, float[]> learned, Span<double> scores)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(learned);
        scores[..images.Count].Clear();
        var (all, values) = (All, new double[images.Count]);
        for (var i = 0; i < all.Length; i++)
        {
            all[i].Compute(images, Of(i, learned), values);
            var distribution = new ScoreDistribution(learned[NameOf(i)]);
            for (var row = 0; row < values.Length; row++)
            {
                var rarity = distribution.Rarity(values[row]);
                scores[row] += i < Parts.Count ? rarity / Parts.Count : Math.Max(0, rarity + Math.Log(ExtremeShare));
            }
        }
    }

    /// <inheritdoc/>
    public override void Check(InputShape? shape)
    {
        foreach (var (scores, name) in new[] { (Parts, nameof(Parts)), (Extremes, nameof(Extremes)) })
            if (scores?.Contains(null!) != false)
                throw new ArgumentException($"{name} is null, or contains null.");
        if (Parts.Count == 0)
            throw new ArgumentException($"{nameof(Parts)} is empty; it must have at least one score.");
        if (Parts.Count + Extremes.Count > MostScores)
            throw new ArgumentException(
                $"{nameof(Parts)} and {nameof(Extremes)} have {Parts.Count + Extremes.Count} scores; they may have at most {MostScores}.");
        foreach (var score in All)
            score.Check(shape);
    }

    /// <inheritdoc/>
    public override void CheckLearned(IReadOnlyDictionary<string, float[]> learned, InputShape shape, int latentSize)
    {
        ArgumentNullException.ThrowIfNull(learned);
        foreach (var (i, score) in All.Index())
        {
            score.CheckLearned(Of(i, learned), shape, latentSize);
            if (!ScoreDistribution.Is(Find(learned, NameOf(i), length => length > 1)))
                throw new ArgumentException($"'{NameOf(i)}' is not a valid distribution");
        }
    }

    internal override OnnxValue Write(AnomalyGraph graph, IReadOnlyDictionary<string, float[]> learned)
    {
        var export = graph.Export;
        OnnxValue Number(double value) => export.Number(value, isDouble: true);
        var rarities = All.Select((score, i) =>
            new ScoreDistribution(learned[NameOf(i)]).Write(export, score.Write(graph, Of(i, learned)))).ToArray();
        OnnxValue Counted(int i) => i < Parts.Count
            ? export.Add("Div", rarities[i], Number(Parts.Count))
            : export.Add("Max", Number(0), export.Add("Add", rarities[i], Number(Math.Log(ExtremeShare))));
        return Enumerable.Range(0, rarities.Length).Select(Counted).Aggregate((a, b) => export.Add("Add", a, b));
    }

    private static string NameOf(int part) => $"distribution.{part}";

    private static Dictionary<string, float[]> Of(int part, IReadOnlyDictionary<string, float[]> learned)
    {
        var prefix = $"{part}.";
        return learned.Where(array => array.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(array => array.Key[prefix.Length..], array => array.Value);
    }
}
