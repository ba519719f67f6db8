using FashionAE.Studies.Runs;
using FashionAE.Torch;

namespace FashionAE.Cli.Output;

/// <summary>Shows how runs do.</summary>
internal static class ResultTables
{
    public static void Summary(IReadOnlyList<(string Run, RunMetrics Metrics)> runs)
    {
        var table = new TextTable("run", "input", ">MSE", ">PSNR dB", ">SSIM", ">decoded right", ">15-NN accuracy");
        foreach (var (run, metrics) in runs)
        {
            var label = run;
            var neighbors = $"{metrics.NearestNeighborAccuracy:F3}";
            foreach (var (condition, scores) in metrics.Conditions)
            {
                table.Add([label, condition, .. Scores(scores.Overall), Share(scores.JudgedRight), neighbors]);
                label = neighbors = "";
            }
        }
        table.Print();
        if (runs.FirstOrDefault(r => r.Metrics.ClassifierAccuracy is not null).Metrics is { } judged)
            Console.WriteLine($"decoded right: the share of decoded images in which a classifier, right on {judged.ClassifierAccuracy:P1} of the originals, sees their own class");
    }

    public static void ByClass(string run, RunMetrics metrics)
    {
        Console.WriteLine();
        Console.WriteLine($"{run} by class");
        var table = new TextTable("class", "input", ">images", ">MSE", ">PSNR dB", ">SSIM", ">decoded right");
        foreach (var name in metrics.Conditions.Values.First().PerClass.Keys)
        {
            var label = name;
            foreach (var (condition, scores) in metrics.Conditions)
            {
                var score = scores.PerClass[name];
                table.Add([label, condition, $"{score.Count:N0}", .. Scores(score), Share(scores.JudgedRightPerClass?[name])]);
                label = "";
            }
        }
        table.Print();
    }

    /// <summary>Shows which classes the classifier sees in the decoded images of each class.</summary>
    public static void ByDecodedClass(string run, RunMetrics metrics)
    {
        if (metrics.Conditions.Values.FirstOrDefault(scores => scores.DecodedClasses is not null) is not { DecodedClasses: { } rows })
            return;
        Console.WriteLine();
        Console.WriteLine($"{run} by decoded class, as shares of the images of a class");
        var table = new TextTable(["class", "input", .. rows.Keys.Select(decoded => $">{decoded}")]);
        foreach (var name in rows.Keys)
        {
            var label = name;
            foreach (var (condition, scores) in metrics.Conditions)
            {
                table.Add([label, condition, .. rows.Keys.Select(decoded => Share(scores.DecodedShare(name, decoded)))]);
                label = "";
            }
        }
        table.Print();
    }

    private static string[] Scores(ReconstructionMetrics score) =>
        [$"{score.MeanSquaredError:F4}", $"{score.PeakSignalToNoiseRatio:F2}", $"{score.StructuralSimilarity:F3}"];

    private static string Share(double? share) => share is null ? "" : $"{share:F3}";
}
