using FashionAE.Torch;

namespace FashionAE.Report.Tests.Page;

/// <summary>Creates two documents from fixed values, without a model: images with codes of two values, and vectors with codes of eight.</summary>
internal static class TestDocument
{
    /// <summary>Text that would attack a page, spreadsheet or script that does not escape it.</summary>
    public const string Hostile = "</script><img src=x onerror=\"window.hacked=1\">&amp;{{ Document }}'\u2028 \U0001F45F \u202Eشبشب";

    private static readonly string[] Classes = ["Trouser", "Dress", "Sandal", "=cmd|' /C calc'!A0"];

    /// <summary>Gets the values of a code in the plane of images.</summary>
    public static float[] CodeOf(int row)
    {
        var random = new Random(row);
        return [row % 4 * 2 - 2.5f + random.NextSingle(), row % 2 * 3 - 1 + random.NextSingle()];
    }

    /// <summary>Gets the gray values of a decoded image: the left half shows x, the right half y.</summary>
    public static float[] Decode(float x, float y) =>
        [.. Enumerable.Range(0, 64).Select(i => i % 8 < 4 ? Math.Clamp((x + 4) / 10, 0, 1) : Math.Clamp((y + 2) / 6, 0, 1))];

    public static ReportDocument Images() => new("Report of <a test>", "First paragraph.\n\nSecond " + Hostile,
        [
            new("first", "Charts " + Hostile, "Lead " + Hostile, [Losses(), Bars(), Histogram()]),
            new("second", "Pictures", "Lead", [Samples(), HeatMaps(), Table(), Plane()]),
        ]);

    public static ReportDocument Vectors(PlaneFigure plane) =>
        new("Valves, June", "A table of twenty columns.", [new("codes", "Codes", "Codes of eight numbers.", [plane])]);

    public static ChartFigure Losses() => new(Text("losses", "Loss by epoch"), ChartKind.Losses,
        [.. Enumerable.Range(1, 30).SelectMany(epoch => new[] { "train", "validation" }.Select(images =>
            (IReadOnlyList<object?>)[epoch, images, (images == "train" ? 0.3 : 0.35) / epoch, epoch < 20 ? 1e-3 : 1e-4]))], "loss (MSE)")
    { Mark = 24, MarkTitle = "kept: epoch 24" };

    public static ChartFigure Bars() => new(Text("bars", "Mean error by class"), ChartKind.Bars,
        [["Trouser", 0.0123], ["Dress", 0.0261], [Hostile, 0.04567], ["=2+3", 0.0301]], "mean squared error")
    { Mark = 0.028, MarkTitle = "mean of all" };

    public static ChartFigure Histogram() => new(Text("histogram", "Errors"), ChartKind.Histogram,
        [.. Enumerable.Range(0, 600).Select(i => (IReadOnlyList<object?>)[0.02 + Math.Sin(i) * 0.01 + i % 7 * 0.002, i % 5 == 0 ? "anomaly" : "normal"])],
        "mean squared error")
    { Mark = 0.035, MarkTitle = "threshold" };

    public static PictureFigure Samples() => new(Text("samples", "Ten images"), ["original", "decoded"], [.. Enumerable.Range(0, 10).Select(i => $"Class {i}")],
        [
            [.. Enumerable.Range(0, 10).Select(i => Garment(i))],
            [.. Enumerable.Range(0, 10).Select(i => Garment(i + 0.5f, i == 3 ? Hostile : $"0.0{i}", i is 3 or 5))],
        ]);

    public static PictureFigure HeatMaps() => new(Text("maps", "Where it is wrong"), [], ["Shirt", "Bag"],
        [[.. Enumerable.Range(0, 2).Select(i => Picture.Heat([.. Enumerable.Range(0, 784).Select(p => p / 784f * (i + 1) / 2)], new(1, 28, 28), 1, $"0.{i}"))]], 0.8);

    public static TableFigure Table() => new(Text("table", "Shares"), ["class", "before", "after", "verdict"],
        [["Bag", "0.82", "0.94", "better"], ["<b>all</b>", "–", "1,000.5", Hostile], ["-3", "−0.25", "12 %", "+1\r\n@SUM(1)"]]);

    public static IReadOnlyList<PlanePoint> Points(int count) =>
        [.. Enumerable.Range(0, count).Select(row => new PlanePoint(row, row % 4, CodeOf(row), row % 100 / 1000.0)
        {
            Name = row == 7 ? "=HYPERLINK(\"http://x\")" : null,
            Image = row % 50 == 7 && row < 2000 ? Garment(row) : null,
            Reconstruction = row % 50 == 7 && row < 2000 ? Garment(row + 0.5f) : null,
        })];

    public static PlaneFigure Plane() => new(Text("plane", "The plane of codes"), Classes, Points(2000), new([0, 0], [1, 0], [0, 1], "first number of the code", "second number of the code"),
        new(-3, 5, -2, 4, 9, 7, [.. Enumerable.Range(0, 63).Select(i => Picture.Of(Decode(i % 9 - 3, i / 9 - 2), new(1, 8, 8)))], null));

    public static PlaneFigure VectorPlane()
    {
        var slots = Enumerable.Range(1, 20).Select(i => $"pressure {i}").ToList();
        float[] Vector(int row, double shift) => [.. Enumerable.Range(0, 20).Select(slot => (float)Math.Sin(row * 0.7 + slot + shift))];
        float[] Kept(int row)
        {
            var (values, decoded) = (Vector(row, 0), Vector(row, slots.Count % 7 * 0.05));
            return [.. values, .. decoded, .. values.Zip(decoded, (value, other) => (value - other) * (value - other) / slots.Count)];
        }
        float[] Code(int row)
        {
            var random = new Random(row);
            return [.. Enumerable.Range(0, 8).Select(i => (row % 3 == i % 3 ? 3f : 0f) + random.NextSingle())];
        }
        return new(Text("plane", "The plane of codes"), ["good", "worn", "broken"],
            [.. Enumerable.Range(0, 300).Select(row => new PlanePoint(row, row % 3, Code(row), 0.01 + row % 10 * 0.001)
            { Score = row % 10, IsAnomaly = row % 10 > 8, Name = $"valve {row}", Values = Kept(row), Path = row is > 10 and < 16 ? 1 : null })],
            new([1, 1, 1, 1, 1, 1, 1, 1], [1, 0, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0, 0], "first component", "second component"),
            new(-1, 4, -1, 4, 6, 6, null, [.. Enumerable.Range(0, 36).Select(i => Vector(i % 6, i / 6 * 0.4))]))
        { Slots = slots };
    }

    private static FigureText Text(string id, string title) => new(id, title, $"The caption of {id}. {Hostile}");

    /// <summary>Creates a smooth picture, different for every seed.</summary>
    public static Picture Garment(float seed, string label = "", bool isWrong = false) => Picture.Of(
        [.. Enumerable.Range(0, 784).Select(i => 0.5f + 0.5f * MathF.Sin(seed * 0.7f + i % 28 * 0.3f) * MathF.Cos(seed * 0.4f + i / 28 * 0.2f))],
        new ImageShape(1, 28, 28), label, isWrong);
}
