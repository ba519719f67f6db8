using System.Globalization;
using System.Reflection;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Report;

/// <summary>A row whose values are kept: all of them have the length of the input's shape.</summary>
internal sealed record KeptRow(PlanePoint Point, float[] Input, float[] Target, float[] Reconstruction, float[] Errors);

/// <summary>Reads a view once: every row's code, error and class, and the values of some rows.</summary>
internal sealed class ViewReader
{
    public const int MostClasses = 200;
    public const int Extremes = 8;

    // So many numbers of values that are kept for the plane make some megabytes of a page.
    private const int MostValues = 4_000_000;

    private const string Other = "other";
    private const string Code = "FashionAE.Report.Code";
    private const string Reconstruction = "FashionAE.Report.Reconstruction";
    private const string Error = "FashionAE.Report.Error";
    private const string Errors = "FashionAE.Report.Errors";

    private readonly PriorityQueue<KeptRow, double> _sample = new();
    private readonly PriorityQueue<KeptRow, double> _worst = new();
    private readonly PriorityQueue<KeptRow, double> _best = new();
    private readonly Dictionary<string, int> _classes = [];

    private ViewReader(AutoencoderTransformer model, ReportOptions options)
    {
        (Model, Shape) = (model, model.InputShape);
        // Larger pictures are shown at a side of 64.
        var area = Shape.IsVector ? Shape.Size : Math.Min(Shape.Size, 3 * Picture.SheetSide * Picture.SheetSide);
        PicturesInBudget = Math.Min(options.Pictures, MostValues / (3 * area));
        GridInBudget = Math.Min(options.GridSize, (int)Math.Sqrt((double)MostValues / area));
    }

    public AutoencoderTransformer Model { get; }

    public InputShape Shape { get; }

    public int PicturesInBudget { get; }

    public int GridInBudget { get; }

    /// <summary>Gets the rows, without pictures, in the order of the view.</summary>
    public List<PlanePoint> Points { get; } = [];

    /// <summary>Gets the names of classes; there is one at least.</summary>
    public string[] Classes { get; private set; } = [];

    public string[] Slots { get; private set; } = [];

    /// <summary>Gets the sums of the errors of each value, of each class.</summary>
    public List<double[]> ErrorSums { get; } = [];

    /// <summary>Gets how many rows have no code, because a value is missing or infinite.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Gets a value indicating whether the view has more rows than were read.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Gets rows drawn at random, in the order of the view.</summary>
    public IReadOnlyList<KeptRow> Sample => [.. _sample.UnorderedItems.Select(item => item.Element).OrderBy(row => row.Point.Row)];

    public IReadOnlyList<KeptRow> Worst => Sorted(_worst, -1);

    public IReadOnlyList<KeptRow> Best => Sorted(_best, 1);

    /// <exception cref="ArgumentException">The model has no autoencoder.</exception>
    public static ViewReader Read(ITransformer model, IDataView view, ReportOptions options)
    {
        var steps = Flatten(model).ToList();
        var at = steps.FindLastIndex(step => step is AutoencoderTransformer);
        if (at < 0)
            throw new ArgumentException(
                "The model has no autoencoder: give what the Fit of an autoencoder, or of a chain with one, has made.", nameof(model));
        var autoencoder = (AutoencoderTransformer)steps[at];
        using var outputs = autoencoder.WithOutputs(new ApplyAutoencoderOptions
        {
            InputColumnName = autoencoder.InputColumnName,
            TargetColumnName = options.TargetColumnName,
            LatentColumnName = Code,
            ReconstructionColumnName = Reconstruction,
            MseColumnName = Error,
            ErrorMapColumnName = Errors,
        });
        var input = steps.Take(at).Aggregate(view, (data, step) => step.Transform(data));
        var reader = new ViewReader(autoencoder, options);
        var scored = outputs.Transform(autoencoder.Transform(input));
        reader.Read(scored, steps.Skip(at + 1).Aggregate(scored, (data, step) => step.Transform(data)), options);
        if (reader.Points.Count == 0)
            throw new InvalidOperationException("The view has no rows that can be shown: it is empty, or a value of each row is missing.");
        return reader;
    }

    private static IEnumerable<ITransformer> Flatten(ITransformer model) => model is IEnumerable<ITransformer>
        ? ((IEnumerable<ITransformer>)((dynamic)model).GetModelFor(TransformerScope.Scoring)).SelectMany(Flatten)
        : [model];

    private void Read(IDataView scored, IDataView whole, ReportOptions options)
    {
        var schema = scored.Schema;
        var labels = Texts(options.LabelColumnName ?? (schema.GetColumnOrNull("Label") is null ? null : "Label"), options, whole, scored);
        var names = Texts(options.NameColumnName, options, whole, scored);
        var needed = new[] { Model.InputColumnName, options.TargetColumnName, Code, Reconstruction, Error, Errors }
            .OfType<string>().Select(column => schema[column]).ToList();
        var isDetector = Model.Threshold is not null;
        if (isDetector)
            needed.AddRange([schema["Score"], schema["PredictedLabel"]]);
        Slots = SlotNames(schema[Model.InputColumnName]);
        using var cursor = scored.GetRowCursor(needed);
        var (input, code, reconstruction) = (Vector(Model.InputColumnName), Vector(Code), Vector(Reconstruction));
        var (errors, error) = (Vector(Errors), cursor.GetGetter<float>(schema[Error]));
        var target = options.TargetColumnName is { } other ? Vector(other) : null;
        var score = isDetector ? cursor.GetGetter<float>(schema["Score"]) : null;
        var verdict = isDetector ? cursor.GetGetter<bool>(schema["PredictedLabel"]) : null;
        var random = new Random(options.Seed);
        for (var row = 0; cursor.MoveNext(); row++)
        {
            if (HasMore = row == options.MaximumRows)
                break;
            var (point, mean, total, isAnomaly) = (new PlanePoint(row, 0, code(), 0), 0f, 0f, false);
            error(ref mean);
            score?.Invoke(ref total);
            verdict?.Invoke(ref isAnomaly);
            if (!float.IsFinite(mean) || !Array.TrueForAll(point.Code, float.IsFinite))
            {
                LeftOut++;
                continue;
            }
            point = point with
            {
                Class = ClassNumber(labels?[row] ?? "all"),
                Error = mean,
                Name = names?[row],
                Score = isDetector ? total : null,
                IsAnomaly = isDetector ? isAnomaly : null,
            };
            Points.Add(point);
            var values = input();
            var kept = new KeptRow(point, values, target?.Invoke() ?? values, reconstruction(), errors());
            Add(kept, random.NextDouble());
        }
        Classes = [.. _classes.Keys];

        Func<float[]> Vector(string column)
        {
            var getter = cursor.GetGetter<VBuffer<float>>(schema[column]);
            var buffer = default(VBuffer<float>);
            return () =>
            {
                getter(ref buffer);
                return [.. buffer.DenseValues()];
            };
        }
    }

    private void Add(KeptRow row, double draw)
    {
        var sums = ErrorSums[row.Point.Class];
        for (var i = 0; i < sums.Length; i++)
            sums[i] += float.IsNaN(row.Errors[i]) ? 0 : row.Errors[i];
        var badness = row.Point.Score ?? row.Point.Error;
        Keep(_sample, draw, PicturesInBudget);
        Keep(_worst, badness, Extremes);
        Keep(_best, -badness, Extremes);

        // Of equal ones the first stays.
        void Keep(PriorityQueue<KeptRow, double> queue, double priority, int count)
        {
            if (queue.Count < count)
                queue.Enqueue(row, priority);
            else if (queue.TryPeek(out _, out var least) && priority > least)
                queue.EnqueueDequeue(row, priority);
        }
    }

    private static IReadOnlyList<KeptRow> Sorted(PriorityQueue<KeptRow, double> queue, int sign) =>
        [.. queue.UnorderedItems.Select(item => item.Element).OrderBy(row => sign * (row.Point.Score ?? row.Point.Error))];

    private int ClassNumber(string name)
    {
        if (_classes.Count >= MostClasses && !_classes.ContainsKey(name))
            name = Other;
        if (_classes.TryAdd(name, _classes.Count))
            ErrorSums.Add(new double[Shape.Size]);
        return _classes[name];
    }

    private string[] SlotNames(DataViewSchema.Column column)
    {
        var names = default(VBuffer<ReadOnlyMemory<char>>);
        if (column.HasSlotNames())
            column.GetSlotNames(ref names);
        return [.. Enumerable.Range(0, Shape.Size).Select(slot =>
            slot < names.Length && names.GetItemOrDefault(slot) is { IsEmpty: false } name ? $"{name}" : $"slot {slot}")];
    }

    /// <summary>Reads a column of single values as text, keys by their names, from the first view that has it.</summary>
    private static List<string>? Texts(string? name, ReportOptions options, params IDataView[] views)
    {
        if (name is null)
            return null;
        var view = Array.Find(views, view => view.Schema.GetColumnOrNull(name) is not null)
            ?? throw new ArgumentOutOfRangeException(nameof(options), name, $"Could not find the column '{name}' of the options.");
        var column = view.Schema[name];
        if (column.Type is VectorDataViewType)
            throw new ArgumentException($"The column '{name}' holds vectors; classes and names are single values.", nameof(options));
        var keys = default(VBuffer<ReadOnlyMemory<char>>);
        if (column.Type is KeyDataViewType && column.HasKeyValues())
            column.GetKeyValues(ref keys);
        using var cursor = view.GetRowCursor([column]);
        var read = typeof(ViewReader).GetMethod(nameof(Getter), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(column.Type.RawType)
            .CreateDelegate<Func<DataViewRow, DataViewSchema.Column, Func<object>>>()(cursor, column);
        var texts = new List<string>();
        while (texts.Count < options.MaximumRows && cursor.MoveNext())
        {
            var text = Convert.ToString(read(), CultureInfo.InvariantCulture)!;
            if (keys.Length > 0)
                text = text == "0" ? "missing" : $"{keys.GetItemOrDefault(int.Parse(text) - 1)}";
            texts.Add(text);
        }
        return texts;
    }

    private static Func<object> Getter<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        return () =>
        {
            var value = default(T)!;
            getter(ref value);
            return value!;
        };
    }
}
