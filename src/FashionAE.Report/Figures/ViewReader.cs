using System.Globalization;
using System.Reflection;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Report;

/// <summary>A row whose values are kept: all of them have the length of the input's shape.</summary>
internal sealed record KeptRow(PlanePoint Point, float[] Input, float[] Target, float[] Reconstruction, float[] Errors);

/// <summary>The mean errors of each value of some rows, over those that have it.</summary>
internal sealed class MeanErrors(int size)
{
    private readonly (double Sum, int Count)[] _errors = new (double, int)[size];

    public float[] Means => Array.ConvertAll(_errors, error => (float)(error.Sum / Math.Max(1, error.Count)));

    public void Add(KeptRow row)
    {
        for (var i = 0; i < size; i++)
            if (!float.IsNaN(row.Target[i]))
                _errors[i] = (_errors[i].Sum + row.Errors[i], _errors[i].Count + 1);
    }
}

/// <summary>Reads a view once: every row's code, error and class, and the values of some rows.</summary>
internal sealed class ViewReader
{
    public const int MostClasses = 200;
    public const int Extremes = 8;

    public const int MostMaps = 10;

    // So many numbers of pictures, or of codes, make some megabytes of a page; so many of rows some hundred megabytes of memory.
    private const int MostValues = 4_000_000;
    private const int MostOfPictures = 8_000_000;
    private const int MostCodes = 2_000_000;
    private const int MostKept = 1 << 26;

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
        RowsInBudget = Math.Min(options.MaximumRows, Math.Max(1, MostCodes / model.LatentSize));
        var most = Math.Max(Extremes, Math.Min(MostOfPictures / (2 * area), MostKept / (4 * Shape.Size)));
        PicturesInBudget = Math.Min(options.Pictures, most);
        GridInBudget = Math.Min(options.GridSize, (int)Math.Sqrt((double)MostValues / area));
    }

    public AutoencoderTransformer Model { get; }

    public InputShape Shape { get; }

    public int RowsInBudget { get; }

    public int PicturesInBudget { get; }

    public int GridInBudget { get; }

    /// <summary>Gets the rows, without pictures, in the order of the view.</summary>
    public List<PlanePoint> Points { get; } = [];

    /// <summary>Gets the names of classes; there is one at least.</summary>
    public string[] Classes { get; private set; } = [];

    public string[] Slots { get; private set; } = [];

    /// <summary>Gets the mean errors of each value: of the first classes, and of all rows.</summary>
    public List<MeanErrors> ClassErrors { get; } = [];

    public MeanErrors AllErrors => field ??= new MeanErrors(Shape.Size);

    /// <summary>Gets how many rows have no code, because a value is missing or infinite.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Gets a value indicating whether the view has more rows than were read.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Gets rows drawn at random, those that a detector calls anomalies first, in the order of the view.</summary>
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
            ScoringEngine = ScoringEngine.LibTorch,
        });
        var input = steps.Take(at).Aggregate(view, (data, step) => step.Transform(data));
        var reader = new ViewReader(autoencoder, options);
        var shown = outputs.Transform(input);
        // What is computed of the input comes first: the model may replace the input by its own output, of the same name.
        var scored = autoencoder.Transform(shown);
        reader.Read(shown.Schema, scored, steps.Skip(at + 1).Aggregate(scored, (data, step) => step.Transform(data)), options);
        if (reader.Points.Count == 0)
            throw new InvalidOperationException("The view has no rows that can be shown: it is empty, or a value of each row is missing.");
        return reader;
    }

    private static IEnumerable<ITransformer> Flatten(ITransformer model) => model is IEnumerable<ITransformer>
        ? ((IEnumerable<ITransformer>)((dynamic)model).GetModelFor(TransformerScope.Scoring)).SelectMany(Flatten)
        : [model];

    private void Read(DataViewSchema shown, IDataView scored, IDataView whole, ReportOptions options)
    {
        // A column that is hidden by another of its name keeps its index.
        DataViewSchema.Column Shown(string name) => scored.Schema[shown[name].Index];
        var isDetector = Model.Threshold is not null;
        var usual = scored.Schema.GetColumnOrNull("Label") is null ? null : "Label";
        var texts = new[] { options.LabelColumnName ?? usual, options.NameColumnName };
        var needed = new[] { Model.InputColumnName, options.TargetColumnName, Code, Reconstruction, Error, Errors }.OfType<string>()
            .Select(Shown).Concat(isDetector ? [scored.Schema["Score"], scored.Schema["PredictedLabel"]] : []);
        Slots = SlotNames(shown[Model.InputColumnName]);
        bool IsScored(string? name) => name is not null && scored.Schema.GetColumnOrNull(name) is not null;
        using var cursor = scored.GetRowCursor([.. needed, .. texts.Where(IsScored).Select(name => scored.Schema[name!])]);
        // Columns of later steps, row by row beside it.
        var later = texts.OfType<string>().Where(name => !IsScored(name)).Select(name => whole.Schema.GetColumnOrNull(name) ?? throw
            new ArgumentOutOfRangeException(nameof(options), name, $"Could not find the column '{name}' of the options.")).ToArray();
        using var laterCursor = later.Length == 0 ? null : whole.GetRowCursor(later);
        DataViewRow CursorOf(string name) => IsScored(name) ? cursor : laterCursor!;
        var readers = Array.ConvertAll(texts, name => name is null ? null : TextOf(CursorOf(name), name));
        var (input, code, reconstruction) = (Vector(Model.InputColumnName), Vector(Code), Vector(Reconstruction));
        var (errors, error) = (Vector(Errors), cursor.GetGetter<float>(Shown(Error)));
        var target = options.TargetColumnName is { } other ? Vector(other) : null;
        var score = isDetector ? cursor.GetGetter<float>(scored.Schema["Score"]) : null;
        var verdict = isDetector ? cursor.GetGetter<bool>(scored.Schema["PredictedLabel"]) : null;
        var random = new Random(options.Seed);
        for (var row = 0; cursor.MoveNext() && laterCursor?.MoveNext() is not false; row++)
        {
            if (HasMore = row == RowsInBudget)
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
                Class = ClassNumber(readers[0]?.Invoke() ?? "all"),
                Error = mean,
                Name = readers[1]?.Invoke(),
                Score = isDetector ? total : null,
                IsAnomaly = isDetector ? isAnomaly : null,
            };
            Points.Add(point);
            var values = input();
            Add(new KeptRow(point, values, target?.Invoke() ?? values, reconstruction(), errors()), random.NextDouble());
        }
        Classes = [.. _classes.Keys];

        Func<float[]> Vector(string column)
        {
            var getter = cursor.GetGetter<VBuffer<float>>(Shown(column));
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
        AllErrors.Add(row);
        if (row.Point.Class < MostMaps)
            ClassErrors[row.Point.Class].Add(row);
        Keep(_sample, row.Point.IsAnomaly == true ? 1 + draw : draw, PicturesInBudget);
        Keep(_worst, row.Point.Badness, Extremes);
        Keep(_best, -row.Point.Badness, Extremes);

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
        [.. queue.UnorderedItems.Select(item => item.Element).OrderBy(row => sign * row.Point.Badness)];

    private int ClassNumber(string name)
    {
        if (_classes.Count >= MostClasses && !_classes.ContainsKey(name))
            name = Other;
        if (_classes.TryAdd(name, _classes.Count) && _classes.Count <= MostMaps)
            ClassErrors.Add(new MeanErrors(Shape.Size));
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

    /// <summary>Reads a column of single values as text, keys by their names.</summary>
    private static Func<string> TextOf(DataViewRow row, string name)
    {
        var column = row.Schema[name];
        if (column.Type is VectorDataViewType)
            throw new ArgumentException($"The column '{name}' holds vectors; classes and names are single values.", nameof(name));
        var keys = default(VBuffer<ReadOnlyMemory<char>>);
        if (column.Type is KeyDataViewType && column.HasKeyValues())
            column.GetKeyValues(ref keys);
        var read = typeof(ViewReader).GetMethod(nameof(Getter), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(column.Type.RawType)
            .CreateDelegate<Func<DataViewRow, DataViewSchema.Column, Func<object>>>()(row, column);
        return () =>
        {
            var text = Convert.ToString(read(), CultureInfo.InvariantCulture)!;
            if (keys.Length > 0)
                text = text == "0" ? "" : $"{keys.GetItemOrDefault(int.Parse(text, CultureInfo.InvariantCulture) - 1)}";
            return text.Length == 0 ? "missing" : text;
        };
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
