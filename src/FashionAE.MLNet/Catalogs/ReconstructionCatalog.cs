using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>Evaluates reconstructions and anomaly detectors, like the <c>Evaluate</c> methods of ML.NET's own catalogs.</summary>
public sealed partial class ReconstructionCatalog
{
    // These names do not hide columns of the data, which Evaluate reads from the same view.
    private static readonly ReconstructionScoringEstimator.Options Scores = new()
    {
        MseColumnName = "FashionAE.Mse",
        PsnrColumnName = "FashionAE.Psnr",
        SsimColumnName = "FashionAE.Ssim",
    };

    private readonly IHostEnvironment _environment;

    internal ReconstructionCatalog(IHostEnvironment environment) => _environment = environment;

    /// <summary>
    /// Compares reconstructions with their target images. The metrics are means over the images: mean squared error, peak signal-to-noise
    /// ratio and structural similarity. A second peak signal-to-noise ratio is computed from the mean of the mean squared errors.
    /// </summary>
    /// <param name="data">A view with both columns; it is read once.</param>
    /// <param name="targetColumnName">The column of target images, in [0, 1].</param>
    /// <param name="reconstructionColumnName">The column of reconstructions, of the same size and range.</param>
    /// <param name="labelColumnName">
    /// The column of classes, keys or text, to also compute the metrics of each class; null to compute only those of all rows.
    /// </param>
    /// <param name="shape">The shape of the images; null to read it from the target column's type, if that has a size.</param>
    /// <returns>The metrics. Their <c>ToString</c> returns a table.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type or size.</exception>
    /// <exception cref="InvalidOperationException">
    /// There are no rows, the shape of the images is unknown, or the images are smaller than 11x11 pixels.
    /// </exception>
    /// <example>
    /// <code>
    /// var metrics = ml.Reconstruction.Evaluate(model.Transform(test), "Pixels", "Reconstruction", "Label");
    /// Console.WriteLine($"{metrics.MeanSquaredError:F4}, of bags {metrics.PerClass["Bag"].MeanSquaredError:F4}");
    /// </code>
    /// </example>
    public ReconstructionMetrics Evaluate(
        IDataView data, string targetColumnName, string reconstructionColumnName, string? labelColumnName = null, ImageShape? shape = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        var options = Scores with { Shape = shape };
        var estimator = new ReconstructionScoringEstimator(_environment, targetColumnName, reconstructionColumnName, options);
        var scored = estimator.Fit(data).Transform(data);
        string[] names = [Scores.MseColumnName!, Scores.PsnrColumnName!, Scores.SsimColumnName!];
        var columns = Array.ConvertAll(names, name => scored.Schema[name]);
        var label = labelColumnName is null ? (DataViewSchema.Column?)null : LabelColumn.Find(scored.Schema, labelColumnName);

        using var cursor = scored.GetRowCursor(label is { } active ? [.. columns, active] : columns);
        var getters = Array.ConvertAll(columns, cursor.GetGetter<float>);
        var getClass = label is { } column ? LabelColumn.Getter(cursor, column) : null;
        var sum = new ReconstructionMetrics.Accumulator();
        var scores = new float[getters.Length];
        while (cursor.MoveNext())
        {
            for (var i = 0; i < scores.Length; i++)
                getters[i](ref scores[i]);
            sum.Add((scores[0], scores[1], scores[2]), getClass?.Invoke());
        }
        return sum.Count > 0 ? sum.ToMetrics() : throw new InvalidOperationException("There are no rows to evaluate.");
    }

    /// <summary>Reads class names from a text column or a key column. Key values are used if the column has them.</summary>
    private static class LabelColumn
    {
        /// <exception cref="ArgumentOutOfRangeException">The column is missing or neither a key nor text.</exception>
        public static DataViewSchema.Column Find(DataViewSchema schema, string name, string role = "label")
        {
            var column = schema.GetColumnOrNull(name) ?? throw Contracts.ExceptSchemaMismatch(nameof(schema), role, name);
            return HasClasses(column)
                ? column
                : throw Contracts.ExceptSchemaMismatch(nameof(schema), role, name, "Key<UInt32> or String", $"{column.Type}");
        }

        public static bool HasClasses(DataViewSchema.Column column) =>
            column.Type is TextDataViewType || (column.Type is KeyDataViewType && column.Type.RawType == typeof(uint));

        /// <summary>Gets the names of all classes of a key column, if its annotations contain them.</summary>
        public static IEnumerable<string> Names(DataViewSchema.Column column)
        {
            var names = default(VBuffer<ReadOnlyMemory<char>>);
            if (column.HasKeyValues(TextDataViewType.Instance))
                column.GetKeyValues(ref names);
            return names.DenseValues().Select(name => $"{name}");
        }

        /// <summary>
        /// Creates a function that reads the class of the current row. Sorting its results puts the classes in the order of their keys.
        /// </summary>
        public static Func<(uint Key, string Name)> Getter(DataViewRow row, DataViewSchema.Column column)
        {
            if (column.Type is TextDataViewType)
            {
                var getText = row.GetGetter<ReadOnlyMemory<char>>(column);
                var text = default(ReadOnlyMemory<char>);
                return () =>
                {
                    getText(ref text);
                    return (0, text.ToString());
                };
            }
            var names = default(VBuffer<ReadOnlyMemory<char>>);
            if (column.HasKeyValues(TextDataViewType.Instance))
                column.GetKeyValues(ref names);
            var getKey = row.GetGetter<uint>(column);
            var key = 0u;
            return () =>
            {
                getKey(ref key);
                // Key 0 is a missing value.
                var name = key <= names.Length && key > 0 ? $"{names.GetItemOrDefault((int)key - 1)}" : $"{key - 1L}";
                return (key, key == 0 ? "?" : name);
            };
        }
    }
}
