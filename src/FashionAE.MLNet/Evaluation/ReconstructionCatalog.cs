using FashionAE.Torch.Data;
using FashionAE.Torch.Metrics;
using Microsoft.ML;

namespace FashionAE.MLNet.Evaluation;

/// <summary>Judges reconstructions, as the catalogs of ML.NET's own tasks judge theirs.</summary>
public sealed class ReconstructionCatalog
{
    private static readonly Comparer<(uint Key, string Name)> ByKeyThenName = Comparer<(uint Key, string Name)>.Create(
        (a, b) => a.Key != b.Key ? a.Key.CompareTo(b.Key) : string.CompareOrdinal(a.Name, b.Name));

    // They hide no column of the data that is read here.
    private static readonly string[] ScoreNames = ["FashionAE.Mse", "FashionAE.Psnr", "FashionAE.Ssim"];

    private readonly MLContext _context;

    internal ReconstructionCatalog(MLContext context) => _context = context;

    /// <summary>
    /// Compares reconstructions with the images that they should be: mean squared error, peak signal-to-noise ratio and structural
    /// similarity, means over the images, and the ratio of the mean error too.
    /// </summary>
    /// <param name="data">A view with both columns; it is read once.</param>
    /// <param name="targetColumnName">The column of images that they should be, in [0, 1].</param>
    /// <param name="reconstructionColumnName">The column of reconstructions, of the same size and range.</param>
    /// <param name="labelColumnName">The column of classes, a key or text, to score each class too; null for all rows alone.</param>
    /// <param name="shape">The shape of the images; null to tell it from the column's type, where that has a size.</param>
    /// <returns>The scores; their text is a table.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type or size.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, the shape of the images cannot be told, or they are smaller than 11x11 pixels.</exception>
    public ReconstructionEvaluation Evaluate(
        IDataView data, string targetColumnName, string reconstructionColumnName, string? labelColumnName = null, ImageShape? shape = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        var scored = _context.Transforms.ScoreReconstruction(
            targetColumnName, reconstructionColumnName, ScoreNames[0], ScoreNames[1], ScoreNames[2], shape).Fit(data).Transform(data);
        var columns = Array.ConvertAll(ScoreNames, name => scored.Schema[name]);
        var label = labelColumnName is null ? (DataViewSchema.Column?)null : LabelColumn.Find(scored.Schema, labelColumnName);

        using var cursor = scored.GetRowCursor(label is { } active ? [.. columns, active] : columns);
        var getters = Array.ConvertAll(columns, cursor.GetGetter<float>);
        var getClass = label is { } column ? LabelColumn.Getter(cursor, column) : null;
        var total = new ScoreSum();
        var order = new SortedDictionary<(uint Key, string Name), ScoreSum>(ByKeyThenName);
        var scores = new float[getters.Length];
        while (cursor.MoveNext())
        {
            for (var i = 0; i < scores.Length; i++)
                getters[i](ref scores[i]);
            total.Add(scores);
            if (getClass is not null)
            {
                var name = getClass();
                if (!order.TryGetValue(name, out var sum))
                    order.Add(name, sum = new ScoreSum());
                sum.Add(scores);
            }
        }
        if (total.Count == 0)
            throw new InvalidOperationException("There are no rows to evaluate.");
        return new ReconstructionEvaluation(total.ToScore(), order.ToDictionary(c => c.Key.Name, c => c.Value.ToScore()));
    }

    private sealed class ScoreSum
    {
        private double _squared;
        private double _ratio;
        private double _similarity;

        public int Count { get; private set; }

        public void Add(float[] scores)
        {
            Count++;
            _squared += scores[0];
            _ratio += scores[1];
            _similarity += scores[2];
        }

        public ReconstructionScore ToScore() => new(Count, _squared / Count, _ratio / Count, _similarity / Count);
    }
}
