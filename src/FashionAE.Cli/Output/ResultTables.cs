namespace FashionAE.Cli;

/// <summary>Prints the scores of runs.</summary>
internal static class ResultTables
{
    public static void Summary(IReadOnlyList<(string Run, RunMetrics Metrics)> runs)
    {
        var table = new TextTable("run", "input", ">MSE", ">PSNR dB", ">SSIM", ">decoded right", ">15-NN accuracy");
        foreach (var (run, metrics) in runs)
            foreach (var (isFirst, condition, scores) in Rows(metrics))
                table.Add(
                    [isFirst ? run : "", condition, .. Scores(scores.Overall), Share(scores.JudgedRight),
                    Share(isFirst ? metrics.NearestNeighborAccuracy : null)]);
        table.Print();
        if (runs.FirstOrDefault(r => r.Metrics.ClassifierAccuracy is not null).Metrics is { } judged)
            Console.WriteLine(
                "decoded right: the share of decoded images that a classifier assigns to their own class;"
                + $" its accuracy on the originals is {judged.ClassifierAccuracy:P1}");
    }

    public static void ByClass(string run, RunMetrics metrics)
    {
        Console.WriteLine($"\n{run} by class");
        var table = new TextTable("class", "input", ">images", ">MSE", ">PSNR dB", ">SSIM", ">decoded right");
        foreach (var name in metrics.Conditions.Values.First().PerClass.Keys)
            foreach (var (isFirst, condition, scores) in Rows(metrics))
                table.Add(
                    [isFirst ? name : "", condition, $"{scores.PerClass[name].Count:N0}", .. Scores(scores.PerClass[name]),
                    Share(scores.JudgedRightPerClass?[name])]);
        table.Print();
    }

    /// <summary>Prints the confusion matrix: the classes that the classifier assigns to the decoded images of each class.</summary>
    public static void ByDecodedClass(string run, RunMetrics metrics)
    {
        if (metrics.Conditions.Values.FirstOrDefault(scores => scores.DecodedClasses is not null)?.DecodedClasses?.Keys is not { } classes)
            return;
        Console.WriteLine($"\n{run} by decoded class, as shares of the images of a class");
        var table = new TextTable(["class", "input", .. classes.Select(decoded => $">{decoded}")]);
        foreach (var name in classes)
            foreach (var (isFirst, condition, scores) in Rows(metrics))
                table.Add([isFirst ? name : "", condition, .. classes.Select(decoded => Share(scores.DecodedShare(name, decoded)))]);
        table.Print();
    }

    /// <summary>Lists the conditions of a run. Only the first row shows the name of the run or class.</summary>
    private static IEnumerable<(bool IsFirst, string Condition, ConditionMetrics Scores)> Rows(RunMetrics metrics) =>
        metrics.Conditions.Select((condition, i) => (i == 0, condition.Key, condition.Value));

    private static string[] Scores(ReconstructionMetrics score) =>
        [$"{score.MeanSquaredError:F4}", $"{score.PeakSignalToNoiseRatio:F2}", $"{score.StructuralSimilarity:F3}"];

    private static string Share(double? share) => $"{share:F3}";
}
