using System.Globalization;
using FashionAE.Torch;
using Microsoft.ML;
using static System.FormattableString;

namespace FashionAE.Report;

/// <summary>Creates the figures of a trained autoencoder on data. Reads the data once; each call creates a new figure.</summary>
public sealed class AutoencoderFigures
{
    private const int Columns = 10;
    private const int MostBars = 40;
    private const string All = "all";
    private const string HeatText = "In the error row, brighter pixels have larger errors.";

    private readonly ViewReader _data;
    private readonly ReportOptions _options;
    private readonly ImageShape? _images;

    private AutoencoderFigures(ViewReader data, ReportOptions options) => (_data, _options, _images) = (data, options, data.Shape.Image);

    private bool IsDetector => _data.Model.Threshold is not null;

    private string Error => _images is null ? "mean squared error (scaled)" : "mean squared error";

    private string Measure => IsDetector ? "score" : Error;

    private string Grade => IsDetector ? "Score" : "Error";

    private string Rows => Invariant($"{_data.Points.Count:N0} {(_data.HasMore ? "first " : "")}rows")
        + (_data.LeftOut == 0 ? "" : Invariant($" ({_data.LeftOut:N0} more are omitted, because values are missing or infinite)"));

    /// <summary>Reads the data and computes latent vectors, reconstructions and errors.</summary>
    /// <inheritdoc cref="AutoencoderReport.Save" path="/param[@name!='path']"/>
    /// <inheritdoc cref="AutoencoderReport.Save" path="/exception[@cref!='T:System.IO.IOException']"/>
    /// <returns>The figures. Do not dispose the model before you have created all figures.</returns>
    public static AutoencoderFigures Read(ITransformer model, IDataView view, ReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(view);
        options = options is null ? new() : options with { };
        options.Check();
        return new AutoencoderFigures(ViewReader.Read(model, view, options), options);
    }

    /// <summary>Gets the length of latent vectors.</summary>
    public int LatentSize => _data.Model.LatentSize;

    /// <summary>Gets the shape of the rows, which are images or vectors.</summary>
    public InputShape InputShape => _data.Shape;

    /// <summary>Gets a function that decodes <see cref="LatentSize"/> values to an image, [C, H, W], or a vector.</summary>
    public Func<float[], float[]> Decoder => DecoderOf(_data.Model.Model);

    /// <summary>Shows images of each class, their reconstructions and the error of each pixel.</summary>
    /// <exception cref="InvalidOperationException">The model encodes vectors, which have no pictures.</exception>
    public PictureFigure Samples()
    {
        var each = Math.Max(1, Columns / _data.Classes.Count);
        var rows = _data.Sample.GroupBy(row => row.Point.Class).SelectMany(group => group.Take(each)).Take(Columns);
        return Pictures(
            [.. rows.OrderBy(row => row.Point.Class)], Text("samples", "Samples and reconstructions",
                $"Each reconstruction is decoded from only {_data.Model.LatentSize} values. {HeatText}"));
    }

    /// <summary>Shows each row as a point in the plane of latent vectors (codes).</summary>
    public PlaneFigure Codes()
    {
        var kept = _data.Sample.ToDictionary(row => row.Point.Row);
        var points = _data.Points.ConvertAll(point => (kept.GetValueOrDefault(point.Row), _images) switch
        {
            (null, _) => point,
            (var row, null) => point with { Values = [.. row.Input, .. row.Reconstruction, .. row.Errors] },
            var (row, _) => point with { Image = Picture.Of(row.Input, Shape), Reconstruction = Picture.Of(row.Reconstruction, Shape) },
        });
        var content = _images is null ? "values" : "pictures";
        var axes = CodeSpace.Axes(points);
        return new PlaneFigure(
            Text("codes", "Codes", $"Similar rows are close together: each of the {Rows} is a point. Point to one to see it, or drag to"
                + $" decode a position. " + (kept.Count == points.Count ? $"The page has the {content} of all rows."
                : Invariant($"The page has the {content} of the {kept.Count:N0} larger points, a random selection."))
                + (IsDetector ? " Rings mark anomalies." : "")),
            _data.Classes, points, axes, CodeSpace.Decode(_data.Model.Model, points, axes, _data.GridInBudget),
            _images is null ? _data.Slots : null);
    }

    /// <summary>Shows the mean error or anomaly score of up to 40 classes, the highest first. Null if there is only one class.</summary>
    public ChartFigure? ErrorByClass() => _data.Classes.Count == 1 ? null : new ChartFigure(
        Text(
            "classes", $"{Grade} by class",
            "The mean over the rows of each class." + Cut(_data.Points.DistinctBy(point => point.Class).Count())), ChartKind.Bars,
        [.. Largest(_data.Points.GroupBy(point => _data.Classes[point.Class], point => point.Badness)
            .Select(group => (group.Key, group.Average())))], Measure);

    /// <summary>Shows the distribution of errors, or of anomaly scores with the threshold.</summary>
    public ChartFigure Errors() => new(
        Text("errors", $"Distribution of the {Measure}", IsDetector
            ? "Rows to the right of the threshold are anomalies. The last bar includes all higher scores."
            : "Rows far to the right are reconstructed poorly: they are unlike the other rows. The last bar includes all higher errors."),
        ChartKind.Histogram,
        [.. _data.Points.Select(point => (IReadOnlyList<object?>)[
            point.Badness, point.IsAnomaly switch { true => "anomaly", false => "normal", null => "rows" }])],
        Measure, _data.Model.Threshold is { } threshold && float.IsFinite(threshold) ? threshold : null, IsDetector ? "threshold" : "");

    /// <summary>Shows the images with the highest errors or anomaly scores, and those with the lowest.</summary>
    /// <inheritdoc cref="Samples" path="/exception"/>
    public IReadOnlyList<PictureFigure> Extremes() =>
    [
        Pictures(
            _data.Worst, Text("hardest", $"Highest {Measure}", $"The images with the highest {Measure}. {HeatText}")),
        Pictures(_data.Best, Text("easiest", $"Lowest {Measure}", $"The images with the lowest {Measure}.")),
    ];

    /// <summary>Shows the mean squared error of each pixel over the images of each of the first ten classes, and over all images.</summary>
    /// <inheritdoc cref="Samples" path="/exception"/>
    public PictureFigure MeanErrors()
    {
        var classes = _data.ClassErrors.Where(of => of.Value is not null).Select(of => (of.Key, of.Value!.Means));
        (string Name, float[] Errors)[] maps = [.. _data.Classes.Count == 1 ? [] : classes, (All, _data.AllErrors.Means)];
        var scale = Scale(maps.Select(map => map.Errors));
        return new PictureFigure(
            Text("pixels", "Mean error of each pixel", "Brighter pixels have a larger mean squared error."),
            [""], [.. maps.Select(map => map.Name)],
            [[.. maps.Select(map => Picture.Heat(map.Errors, Shape, scale, Number(map.Errors.Average())))]], scale);
    }

    /// <summary>Shows the mean squared error of up to 40 slots of vectors, the highest first.</summary>
    public ChartFigure Slots() => new(
        Text("slots", "Error by slot", "The mean squared error of each slot (column)." + Cut(_data.Slots.Length)), ChartKind.Bars,
        [.. Largest(_data.Slots.Zip(_data.AllErrors.Means, (name, mean) => (name, (double)mean)))], Error);

    /// <summary>Lists the vectors with the highest errors or anomaly scores, and the slots that contribute most.</summary>
    public TableFigure Odd() => new(
        Text("odd", $"Rows with the highest {Measure}", "For each row, the three slots (columns) that contribute most to the error, with"
            + " the actual value, the value that the autoencoder expects, and the share of the error."),
        ["Row", "Class", Grade, "First slot", "Second slot", "Third slot"],
        [.. _data.Worst.Select(row => (IReadOnlyList<string>)[
            row.Point.Name ?? $"{row.Point.Row}", _data.Classes[row.Point.Class], Number(row.Point.Badness),
            .. Enumerable.Range(0, _data.Shape.Size).Where(i => !float.IsNaN(row.Errors[i])).OrderByDescending(i => row.Errors[i])
                .Select(i => $"{_data.Slots[i]}: {Number(row.Target[i])}, expected {Number(row.Reconstruction[i])}"
                + Invariant($" ({Share(row.Errors, i):F0} %)")).Concat(["", "", ""]).Take(3)])]);

    /// <summary>Counts the anomalies of each class. Null if the model is not an anomaly detector.</summary>
    public TableFigure? Verdicts()
    {
        if (!IsDetector)
            return null;
        var groups = _data.Points.GroupBy(point => _data.Classes[point.Class]).Select(group => (Name: group.Key, Points: group.ToList()));
        return new TableFigure(
            Text("verdicts", "Verdicts", $"The number of anomalies: rows that score above {Number(_data.Model.Threshold!.Value)}."),
            ["Class", "Rows", "Anomalies", "Share (%)", "Mean score"],
            [.. groups.Concat(_data.Classes.Count == 1 ? [] : [(Name: All, _data.Points)]).Select(group =>
            {
                var anomalies = group.Points.Count(point => point.IsAnomaly == true);
                return (IReadOnlyList<string>)[
                    group.Name, Invariant($"{group.Points.Count:N0}"), Invariant($"{anomalies:N0}"),
                    Invariant($"{100.0 * anomalies / group.Points.Count:F1}"), Number(group.Points.Average(point => point.Badness))];
            })]);
    }

    /// <summary>Shows the losses and the learning rate of the training. Null if neither the options nor the model have a history.</summary>
    public ChartFigure? Losses() => (_options.History ?? _data.Model.History) is not { Best: { } best } history ? null : new(
        Text("losses", "Training history", "The training was long enough if the loss has stopped falling. A validation loss should not rise"
            + $" again. The model has the weights of epoch {best.Epoch} of {history.Epochs.Count}. The gray line is the learning rate."),
        ChartKind.Losses, [.. history.Epochs.SelectMany(epoch => new (string Images, double? Loss)[]
            { ("train", epoch.TrainLoss), ("validation", epoch.ValidationLoss), ("test", epoch.TestLoss) }
            .Where(curve => curve.Loss is not null)
            .Select(curve => (IReadOnlyList<object?>)[epoch.Epoch, curve.Images, curve.Loss, epoch.LearningRate]))], "loss",
        best.Epoch, $"kept: epoch {best.Epoch}");

    /// <summary>Lists the layers of the network.</summary>
    public TableFigure Layers()
    {
        var layers = LayerSummary.Of(_data.Model.Model);
        return new TableFigure(
            Text("layers", "Layers", Invariant($"The network has {layers.Sum(layer => layer.Parameters):N0} parameters.")),
            ["Layer", "Kind", "Output shape", "Parameters"],
            [.. layers.Select(layer => (IReadOnlyList<string>)
                [layer.Name, layer.Kind, string.Join(" × ", layer.OutputShape), Invariant($"{layer.Parameters:N0}")])]);
    }

    /// <summary>Creates a page with all figures that apply to the model and the data.</summary>
    /// <param name="change">The function that replaces a figure, for example to change its text; null to keep all figures.</param>
    /// <returns>The page.</returns>
    public ReportDocument ToDocument(Func<ReportFigure, ReportFigure>? change = null)
    {
        ReportFigure?[] figures = _images is null
            ? [Codes(), Verdicts(), Odd(), Slots(), ErrorByClass(), Errors(), Losses(), Layers()]
            : [Samples(), Codes(), Verdicts(), ErrorByClass(), Errors(), .. Extremes(), MeanErrors(), Losses(), Layers()];
        var lead = $"Codes of {LatentSize} values for {(_images is null ? "vectors" : "images")} of {_data.Shape} values in the column"
            + $" '{_data.Model.InputColumnName}': {Rows}. Row numbers begin at 0.";
        var shown = figures.OfType<ReportFigure>().Select(figure => change?.Invoke(figure) ?? figure);
        return new(
            _options.Title, "An autoencoder compresses each row to a few values, its code, and reconstructs the row from the code. It"
            + " reconstructs rows poorly if they are unlike its training data.", [new(_options.Id, "Model and data", lead, [.. shown])]);
    }

    // A static method, so that the function does not keep the data in memory.
    private static Func<float[], float[]> DecoderOf(Autoencoder model) => code => CodeSpace.Decode(model, [code]).Single();

    private static IEnumerable<IReadOnlyList<object?>> Largest(IEnumerable<(string Name, double Value)> bars) =>
        bars.OrderByDescending(bar => bar.Value).Take(MostBars).Select(bar => (IReadOnlyList<object?>)[bar.Name, bar.Value]);

    /// <summary>Gets the last sentence of a caption, which says that only the highest bars are shown; empty if all are shown.</summary>
    private static string Cut(int bars) => bars <= MostBars ? "" : Invariant($" Only the {MostBars} highest of {bars:N0} are shown.");

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>Computes the end of a color scale: the largest error.</summary>
    private static double Scale(IEnumerable<float[]> maps) =>
        Math.Max(1e-6, maps.SelectMany(map => map).Where(float.IsFinite).DefaultIfEmpty().Max());

    private ImageShape Shape => _images
        ?? throw new InvalidOperationException("The rows are vectors, which have no pictures: use Odd and Slots.");

    private FigureText Text(string id, string title, string caption) => new($"{_options.Id}-{id}", title, caption);

    /// <summary>Computes the share of a slot in the error of its row in percent; 0 if the row has no error.</summary>
    private static float Share(float[] errors, int slot) =>
        errors[slot] == 0 ? 0 : 100 * errors[slot] / errors.Where(float.IsFinite).Sum();

    private PictureFigure Pictures(IReadOnlyList<KeptRow> rows, FigureText text)
    {
        var scale = Scale(rows.Select(row => row.Errors));
        var isOther = _options.TargetColumnName is not null;
        IReadOnlyList<Picture> Row(Func<KeptRow, Picture> picture) => [.. rows.Select(picture)];
        var inputs = Row(row => Picture.Of(row.Input, Shape));
        var targets = Row(row => Picture.Of(row.Target, Shape));
        var decoded = Row(row => Picture.Of(row.Reconstruction, Shape));
        var errors = Row(row => Picture.Heat(row.Errors, Shape, scale, $"{(IsDetector ? "score" : "MSE")} {Number(row.Point.Badness)}"));
        return new PictureFigure(
            text, isOther ? ["input", "target", "reconstruction", "error"] : ["original", "reconstruction", "error"],
            [.. rows.Select(row => row.Point.Name
                ?? (_data.Classes.Count == 1 ? $"row {row.Point.Row}" : _data.Classes[row.Point.Class]))],
            isOther ? [inputs, targets, decoded, errors] : [inputs, decoded, errors], scale);
    }
}
