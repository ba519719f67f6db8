using System.Globalization;

namespace FashionAE.Benchmarks;

/// <summary>Draws the results of <see cref="ChoiceTasks"/>, and prints their tables as Markdown.</summary>
internal static class ChoicePictures
{
    private static readonly (string Name, string Color)[] Architectures =
        [("convolutional", "#1f6fb4"), ("dense-128", "#2a8a3c"), ("dense", "#c8541b")];

    public static void Draw(string folder, string pictures)
    {
        var (sizes, epochs, anomalies) = (Read(folder, "sizes"), Read(folder, "epochs"), Read(folder, "anomalies"));
        var byError = Lines(sizes, "mse");
        new LineChart("Test MSE by latent size", "latent size", "F3", IsLogarithmic: true)
            .Save(Path.Combine(pictures, "choices-error.svg"), byError);
        new LineChart("Accuracy of 15 nearest neighbors by latent size", "latent size", "F2", IsLogarithmic: true)
            .Save(Path.Combine(pictures, "choices-neighbors.svg"), Lines(sizes, "neighbors_accuracy"));
        ChartLine[] byArea =
        [
            .. Lines(anomalies, "auroc_mse").Select(line => line with { Name = $"{line.Name}, MSE" }),
            .. Lines(anomalies, "auroc_combined").Select(line => line with { Name = $"{line.Name}, Combined", IsDashed = true }),
        ];
        new LineChart("AUROC of anomalies by latent size, one class known", "latent size", "F2", IsLogarithmic: true)
            .Save(Path.Combine(pictures, "choices-anomalies.svg"), byArea);
        ChartLine[] byEpoch =
        [
            .. from size in new[] { "2", "16" }
               from line in Lines([.. epochs.Where(row => row["latent"] == size)], "mse", "epoch")
               select line with { Name = $"{line.Name}, {size}", IsDashed = size == "2" },
        ];
        new LineChart("Test MSE by epoch, latent sizes 2 and 16", "epoch", "F3")
            .Save(Path.Combine(pictures, "choices-epochs.svg"), byEpoch);

        Print("test MSE by latent size", byError, "F4");
        Print("PSNR in dB by latent size", Lines(sizes, "psnr"), "F2");
        Print("accuracy by latent size", Lines(sizes, "neighbors_accuracy"), "F3");
        Print("AUROC by latent size", byArea, "F3");
        Print("test MSE after 10 epochs by latent size", Lines([.. epochs.Where(row => row["epoch"] == "10")], "mse"), "F4");
        Print("test MSE by epoch", byEpoch, "F4");
        Print("seconds of a core for an epoch, by latent size", Lines(epochs, "core_seconds"), "F1");
    }

    /// <summary>Reads a file of results: a dictionary by column name for each line.</summary>
    private static IReadOnlyList<Dictionary<string, string>> Read(string folder, string name)
    {
        var lines = File.ReadAllLines(Path.Combine(folder, name + ".csv"));
        var names = lines[0].Split(',');
        return [.. lines.Skip(1).Select(line => names.Zip(line.Split(',')).ToDictionary(cell => cell.First, cell => cell.Second))];
    }

    /// <summary>Makes a line for each architecture: the mean of a value over the rows with the same x.</summary>
    private static ChartLine[] Lines(IReadOnlyList<Dictionary<string, string>> rows, string value, string x = "latent") =>
    [
        .. from architecture in Architectures
           let points = rows.Where(row => row["architecture"] == architecture.Name)
               .GroupBy(row => Number(row[x]), row => Number(row[value])).OrderBy(same => same.Key).ToArray()
           where points.Length > 0
           select new ChartLine(architecture.Name, architecture.Color, [.. points.Select(same => (same.Key, same.Average()))]),
    ];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static void Print(string title, ChartLine[] lines, string format)
    {
        double[] xs = [.. lines.SelectMany(line => line.Points).Select(point => point.X).Distinct().Order()];
        Console.WriteLine($"| {title} | {string.Join(" | ", xs)} |\n|---|{string.Concat(xs.Select(_ => "---|"))}");
        foreach (var line in lines)
        {
            var values = line.Points.ToDictionary(point => point.X, point => point.Y.ToString(format, CultureInfo.InvariantCulture));
            Console.WriteLine($"| {line.Name} | {string.Join(" | ", xs.Select(x => values.GetValueOrDefault(x, "")))} |");
        }
        Console.WriteLine();
    }
}
