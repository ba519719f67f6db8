using FashionAE.Report.Figures;
using FashionAE.Studies.Runs;
using FashionAE.Torch;

namespace FashionAE.Report.Tests.Drawing;

/// <summary>Figures made by hand: each image is of one gray, so that it can be told from others.</summary>
internal static class Handmade
{
    public static readonly string[] Four = ["Trouser", "Dress", "Sandal", "Bag"];

    public static readonly string[] Ten =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    public static byte[] Image(int gray) => [.. Enumerable.Repeat((byte)gray, 28 * 28)];

    public static CodeCloud Cloud(string[] names, int count, int pictures)
    {
        var random = new Random(5);
        var labels = Enumerable.Range(0, count).Select(i => (i * 7) % names.Length).ToArray();
        return new CodeCloud(
            names, [.. labels.Select(c => (float)(8 * Math.Cos(c) + random.NextDouble() * 9 - 4))],
            [.. labels.Select(c => (float)(8 * Math.Sin(2 * c) + random.NextDouble() * 9 - 4))], labels,
            [.. labels.Select(c => (float)(0.02 + 0.01 * c + 0.01 * random.NextDouble()))],
            [.. Enumerable.Range(0, pictures).Select(i => new CodePictures(i * (count / pictures), Image(i % 200), Image(i % 200 + 50)))]);
    }

    public static Reconstruction Turned(string own, string judged, int gray) => new(own, Image(gray), Image(gray + 1), Image(gray + 2), 9.4, 17.25, judged);

    public static RunSummary Run(string name, params EpochRecord[] epochs) => new(
        name, new TrainingHistory(epochs, TrainingOutcome.Completed),
        [new LayerSummary("encoder.0", "Conv2d", [32, 14, 14], 320), new LayerSummary("decoder.1", "Linear", [6272], 18816)],
        [new("epochs", $"{epochs.Length}"), new("seed", "1")], [new("processor", "a fast one")]);

    /// <summary>The lowest validation loss is that of epoch 3.</summary>
    public static EpochRecord[] Epochs(int count) =>
        [.. Enumerable.Range(1, count).Select(i => new EpochRecord(i, 0.05 + 0.2 / i, 0.06 + 0.02 * Math.Abs(i - 3), 0.07 + 0.1 / i, i < 5 ? 0.002 : 0.001, 20.5))];

    public static LatentGrid Grid() => new(-10, 10, -9, 9, 2, 2, [Image(1), Image(2), Image(3), Image(4)], 3.1 / 255);

    /// <summary>One error in all pixels, rising from map to map by a hundredth.</summary>
    public static MeanErrorMap[] MeanErrors(string[] classes, params string[] inputs) =>
    [
        .. inputs.SelectMany((input, row) => classes.Append("all").Select((name, column) =>
            new MeanErrorMap(input, name, [.. Enumerable.Repeat((float)(0.01 * (1 + column + (row * (classes.Length + 1)))), 28 * 28)]))),
    ];

    /// <summary>Counts of 100 images of each class: the first rows are given, the others are right.</summary>
    public static ConditionMetrics Decoded(params int[][] counts) => new(
        new ReconstructionMetrics(400, 0.1, 10, 0.1), new Dictionary<string, ReconstructionMetrics>(), DecodedClasses:
        Four.Index().ToDictionary(row => row.Item, IReadOnlyDictionary<string, int> (row) => Four.Index().ToDictionary(
                column => column.Item, column => row.Index < counts.Length ? counts[row.Index][column.Index] : row == column ? 100 : 0)));

    public static RotationFigures Rotation(int codes = 40, int pictures = 4) => new(
        [.. Four.Select((name, c) => new ClassSamples(name, [Image(3 * c), Image(3 * c + 1), Image(3 * c + 2)]))],
        Cloud(Four, codes, pictures),
        [.. Four.Select((name, c) => new Reconstruction(name, Image(20 + c), Image(20 + c), Image(30 + c), double.PositiveInfinity, 16.5 + c, null))],
        [Turned("Trouser", "Bag", 40), Turned("Dress", "Dress", 50), Turned("Sandal", "Bag", 60), Turned("Bag", "Bag", 70)],
        [Turned("Trouser", "Trouser", 80), Turned("Dress", "Dress", 90), Turned("Sandal", "Sandal", 100), Turned("Bag", "Dress", 110)],
        Cloud(Four, codes, pictures),
        [.. Four.Select((name, c) => new RotationPath(name, [.. Enumerable.Range(0, 10).Select(i => new RotationStep(
            36 * i, (float)((2 + c) * Math.Cos(i * 0.5) + 4 * c - 7), (float)((2 + c) * Math.Sin(i * 0.5)), Image(10 * c + i), Image(100 + 10 * c + i)))]))],
        MeanErrors(Four, "before, upright", "before, rotated", "after, upright", "after, rotated"),
        [
            new("Trouser", 0.991, 0.0625, 0.985, 0.8125), new("Dress", 0.9, 0.33, 0.89, 0.87), new("Sandal", 0.95, 0.62, 0.94, 0.91),
            new("Bag", 0.97, 0.82, 0.96, 0.94), new("all", 0.95275, 0.458125, 0.94375, 0.883125),
        ],
        Decoded([6, 31, 1, 62], [4, 33, 9, 54]), Decoded([81, 15, 4, 0]), Grid(),
        [Run("rotation-upright", Epochs(12)), Run("rotation-rotated", Epochs(6))]);

    public static RotationFigures WithoutAfter(RotationFigures figures) => figures with
    {
        RotatedAfter = null,
        DecodedAfter = null,
        MeanErrors = [.. figures.MeanErrors.Where(map => map.Inputs.StartsWith("before", StringComparison.Ordinal))],
        Judged = [.. figures.Judged.Select(share => share with { UprightAfter = null, RotatedAfter = null })],
        Runs = [figures.Runs[0]],
    };

    public static RotationFigures WithoutBefore(RotationFigures figures) => figures with
    {
        RotatedBefore = null,
        DecodedBefore = null,
        MeanErrors = [.. figures.MeanErrors.Where(map => map.Inputs.StartsWith("after", StringComparison.Ordinal))],
        Judged = [.. figures.Judged.Select(share => share with { UprightBefore = null, RotatedBefore = null })],
        Runs = [figures.Runs[1]],
    };

    public static DenoisingFigures Denoising(int codes = 50, int pictures = 5) => new(
        [.. Ten.Take(8).Select((name, i) => new Reconstruction(name, Image(i), Image(i + 10), Image(i + 20), 12.5 + i, 15.5 + i, null))],
        [.. Ten.Take(6).Select((name, i) => new ErrorMap(name, Image(i), Image(i + 40), [.. Enumerable.Range(0, 28 * 28).Select(p => 0.61f * p / 783 / (i + 1))]))],
        MeanErrors(Ten, "clean", "noise 0.25"),
        [
            .. new[] { (0.1, 20.5), (0.25, 12.6), (0.4, 9.1), (0.6, 6.9) }.Select((level, i) =>
                new NoiseLevel(level.Item1, new Reconstruction("Coat", Image(60), Image(70 + i), Image(80 + i), level.Item2, 16.4 - i, null))),
        ],
        Cloud(Ten, codes, pictures),
        [
            .. new[] { "clean", "noise 0.1", "noise 0.25", "noise 0.4", "noise 0.6" }.SelectMany((condition, level) => Ten.Append("all").Select((name, c) =>
                new ScoreRow(condition, name, new ReconstructionMetrics(name == "all" ? 10000 : 1000, 0.03 + 0.001 * level + 0.0001 * c, 16 - level - 0.1 * c, 0.5 - 0.01 * level - 0.001 * c)))),
        ],
        Grid(), Run("denoising", Epochs(5)));
}
