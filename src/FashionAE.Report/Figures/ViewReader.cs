using System.Globalization;
using System.Reflection;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Report;

/// <summary>A row with its values. All arrays have the length of the input shape.</summary>
internal sealed record KeptRow(PlanePoint Point, float[] Input, float[] Target, float[] Reconstruction, float[] Errors);

/// <summary>Computes the mean error of each slot over the rows whose value is not NaN.</summary>
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

/// <summary>Reads a view in one pass: the latent vector, error and class of every row, and the values of a selection of rows.</summary>
internal sealed class ViewReader(AutoencoderTransformer model, ReportOptions options)
{
    public const int MostClasses = 200;
    public const int Extremes = 8;

    public const int MostMaps = 10;

    // With these limits, pictures and codes use some megabytes of the page, and kept rows use some hundred megabytes of memory.
    private const int MostValues = 4_000_000;
    private const int MostOfPictures = 8_000_000;
    private const int MostCodes = 2_000_000;
    private const int MostKept = 1 << 26;

    private const string Code = "FashionAE.Report.Code";
    private const string Reconstruction = "FashionAE.Report.Reconstruction";
    private const string Error = "FashionAE.Report.Error";
    private const string Errors = "FashionAE.Report.Errors";

    // Each queue keeps the rows with the highest priorities. In a tie, the first row wins.
    private readonly PriorityQueue<KeptRow, (double, long)> _sample = new();
    private readonly PriorityQueue<KeptRow, (double, long)> _worst = new();
    private readonly PriorityQueue<KeptRow, (double, long)> _best = new();

    public AutoencoderTransformer Model => model;

    public InputShape Shape => model.InputShape;

    public int GridInBudget => Math.Min(options.GridSize, (int)Math.Sqrt(Math.Min(MostValues / Area, MostKept / Shape.Size)));

    /// <summary>Gets all rows that are not omitted, as points without their pictures, in the order of the view.</summary>
    public List<PlanePoint> Points { get; } = [];

    /// <summary>Gets the names of the classes, at least one.</summary>
    public IReadOnlyList<string> Classes => ClassErrors.Keys;

    public string[] Slots { get; private set; } = [];

    /// <summary>Gets the mean errors by class name; null for classes beyond the first <see cref="MostMaps"/>.</summary>
    public OrderedDictionary<string, MeanErrors?> ClassErrors { get; } = [];

    /// <summary>Gets the mean errors of all rows.</summary>
    public MeanErrors AllErrors { get; } = new(model.InputShape.Size);

    /// <summary>Gets the number of rows that are omitted, because a value is missing or infinite.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Gets a value indicating whether the view has rows beyond the maximum.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Gets a random selection of rows, which prefers anomalies, in the order of the view.</summary>
    public IReadOnlyList<KeptRow> Sample => [.. _sample.UnorderedItems.Select(item => item.Element).OrderBy(row => row.Point.Row)];

    public IReadOnlyList<KeptRow> Worst => Sorted(_worst);

    public IReadOnlyList<KeptRow> Best => Sorted(_best);

    // Sheets reduce larger pictures to a side of 64.
    private int Area => Shape.IsVector ? Shape.Size : Math.Min(Shape.Size, 3 * Picture.SheetSide * Picture.SheetSide);

    /// <exception cref="ArgumentException">The model has no autoencoder.</exception>
    public static ViewReader Read(ITransformer model, IDataView view, ReportOptions options)
    {
        var steps = model.GetScoringSteps().ToList();
        var at = steps.FindLastIndex(step => step is AutoencoderTransformer);
        if (at < 0)
            throw new ArgumentException(
                "The model contains no autoencoder: pass the fitted model of an autoencoder, or a chain that contains one.", nameof(model));
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
        // Apply the outputs of the report first, because the model may replace its input column with an output of the same name.
        var scored = autoencoder.Transform(shown);
        reader.Read(shown.Schema, scored, steps.Skip(at + 1).Aggregate(scored, (data, step) => step.Transform(data)));
        if (reader.Points.Count == 0)
            throw new InvalidOperationException("The view has no rows to show: it is empty, or every row has a missing or infinite value.");
        return reader;
    }

    private void Read(DataViewSchema shown, IDataView scored, IDataView whole)
    {
        // A column keeps its index, even if a later column of the same name hides it.
        DataViewSchema.Column Shown(string name) => scored.Schema[shown[name].Index];
        bool IsScored(string? name) => name is null || scored.Schema.GetColumnOrNull(name) is not null;
        string?[] texts = [options.LabelColumnName ?? scored.Schema.GetColumnOrNull("Label")?.Name, options.NameColumnName];
        string?[] values = [model.InputColumnName, options.TargetColumnName, Code, Reconstruction, Error, Errors];
        string[] verdicts = model.Threshold is null ? [] : ["Score", "PredictedLabel"];
        Slots = SlotNames(shown[model.InputColumnName]);
        using var cursor = scored.GetRowCursor(
            [.. values.OfType<string>().Select(Shown), .. scored.Schema.Where(column => verdicts.Concat(texts).Contains(column.Name))]);
        // Read the columns of later steps with a second cursor in parallel.
        using var later = texts.All(IsScored) ? null : whole.GetRowCursor(whole.Schema.Where(column => texts.Contains(column.Name)));
        DataViewRow CursorOf(string name) => IsScored(name) ? cursor : later!;
        var readers = Array.ConvertAll(texts, name => name is null ? null : TextOf(CursorOf(name), name));
        var (input, code, reconstruction) = (Vector(model.InputColumnName), Vector(Code), Vector(Reconstruction));
        var (errors, error) = (Vector(Errors), Getter<float>(cursor, Shown(Error)));
        var target = options.TargetColumnName is { } other ? Vector(other) : null;
        var score = verdicts.Length == 0 ? null : Getter<float>(cursor, scored.Schema["Score"]);
        var verdict = verdicts.Length == 0 ? null : Getter<bool>(cursor, scored.Schema["PredictedLabel"]);
        var random = new Random(options.Seed);
        var most = Math.Min(options.MaximumRows, Math.Max(1, MostCodes / model.LatentSize));
        for (var row = 0; cursor.MoveNext() && later?.MoveNext() is not false; row++)
        {
            if (HasMore = row == most)
                break;
            // The names of omitted rows are read too, so that a mapping that computes names receives every row.
            var point = new PlanePoint(row, 0, code(), error(), score?.Invoke(), verdict?.Invoke()) { Name = readers[1]?.Invoke() };
            if (!double.IsFinite(point.Error) || !Array.TrueForAll(point.Code, float.IsFinite))
            {
                LeftOut++;
                continue;
            }
            point = point with { Class = ClassNumber(readers[0]?.Invoke() ?? "all") };
            Points.Add(point);
            var seen = input();
            Add(new KeptRow(point, seen, target?.Invoke() ?? seen, reconstruction(), errors()), random.NextDouble());
        }

        Func<float[]> Vector(string column)
        {
            var read = Getter<VBuffer<float>>(cursor, Shown(column));
            return () => [.. read().DenseValues()];
        }
    }

    private void Add(KeptRow row, double draw)
    {
        AllErrors.Add(row);
        ClassErrors.GetAt(row.Point.Class).Value?.Add(row);
        var pictures = Math.Max(Extremes, Math.Min(MostOfPictures / (2 * Area), MostKept / (4 * Shape.Size)));
        Keep(_sample, row.Point.IsAnomaly == true ? 1 + draw : draw, Math.Min(options.Pictures, pictures));
        Keep(_worst, row.Point.Badness, Extremes);
        Keep(_best, -row.Point.Badness, Extremes);

        void Keep(PriorityQueue<KeptRow, (double, long)> queue, double priority, int count)
        {
            queue.Enqueue(row, (priority, -row.Point.Row));
            if (queue.Count > count)
                queue.Dequeue();
        }
    }

    private static IReadOnlyList<KeptRow> Sorted(PriorityQueue<KeptRow, (double, long)> queue) =>
        [.. queue.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element)];

    private int ClassNumber(string name)
    {
        if (ClassErrors.Count >= MostClasses && !ClassErrors.ContainsKey(name))
            name = "other";
        if (!ClassErrors.ContainsKey(name))
            ClassErrors.Add(name, ClassErrors.Count < MostMaps ? new MeanErrors(Shape.Size) : null);
        return ClassErrors.IndexOf(name);
    }

    private string[] SlotNames(DataViewSchema.Column column)
    {
        var names = default(VBuffer<ReadOnlyMemory<char>>);
        if (column.HasSlotNames())
            column.GetSlotNames(ref names);
        return [.. Enumerable.Range(0, Shape.Size).Select(slot =>
            slot < names.Length && names.GetItemOrDefault(slot) is { IsEmpty: false } name ? $"{name}" : $"slot {slot}")];
    }

    /// <summary>Reads a column of single values as text. Keys become their names.</summary>
    private static Func<string> TextOf(DataViewRow row, string name)
    {
        var column = row.Schema.GetColumnOrNull(name)
            ?? throw new ArgumentOutOfRangeException(nameof(name), name, $"Could not find column '{name}', which an option specifies.");
        if (column.Type is VectorDataViewType)
            throw new ArgumentException($"Column '{name}' has vectors, but classes and names must be single values.", nameof(name));
        var keys = default(VBuffer<ReadOnlyMemory<char>>);
        if (column.Type is KeyDataViewType && column.HasKeyValues())
            column.GetKeyValues(ref keys);
        var read = typeof(ViewReader).GetMethod(nameof(Boxed), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(column.Type.RawType)
            .CreateDelegate<Func<DataViewRow, DataViewSchema.Column, Func<object?>>>()(row, column);
        return () =>
        {
            var text = Convert.ToString(read(), CultureInfo.InvariantCulture)!;
            if (keys.Length > 0)
                text = text == "0" ? "" : $"{keys.GetItemOrDefault(int.Parse(text, CultureInfo.InvariantCulture) - 1)}";
            return text.Length == 0 ? "missing" : text;
        };
    }

    private static Func<object?> Boxed<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var read = Getter<T>(row, column);
        return () => read();
    }

    private static Func<T> Getter<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var (getter, value) = (row.GetGetter<T>(column), default(T)!);
        return () =>
        {
            getter(ref value);
            return value;
        };
    }
}
