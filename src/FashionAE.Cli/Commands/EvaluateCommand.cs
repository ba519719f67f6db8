using static TorchSharp.torch;

namespace FashionAE.Cli;

/// <summary>The command <c>fashionae evaluate RUN...</c>.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var command = new Command("evaluate", "Evaluates trained models on the test images, overall and by class.");
        var runs = command.RunsArgument("The folders of runs, written by 'fashionae train'.");
        var brief = command.Option<bool>("--brief", "Print only the overall scores, without the tables by class.");
        var saved = command.Option<bool>("--saved", "Print the scores of the last evaluation (metrics.json) without computing them again.");
        var common = new CommonOptions(command);
        command.SetAction(parsed =>
        {
            var folders = parsed.GetValue(runs)!.Select(path => new RunFolder(path)).ToList();
            var results = parsed.GetValue(saved)
                ? folders.ConvertAll(folder => (Run: folder.Path, Metrics: folder.ReadMetrics()))
                : Compute(folders, () => common.FindData(parsed), common.Apply(parsed));
            ResultTables.Summary(results);
            foreach (var (run, metrics) in parsed.GetValue(brief) ? [] : results)
            {
                ResultTables.ByClass(run, metrics);
                ResultTables.ByDecodedClass(run, metrics);
            }
            return ExitCode.Success;
        });
        return command;
    }

    private static List<(string Run, RunMetrics Metrics)> Compute(List<RunFolder> folders, Func<string> findData, Device device)
    {
        // Check all folders first: the command fails before it spends minutes on a download or another run.
        var options = folders.ConvertAll(folder => folder.ReadOptions());
        var data = findData();
        using var evaluator = new RunEvaluator(device);
        var results = new List<(string Run, RunMetrics Metrics)>();
        foreach (var (folder, option) in folders.Zip(options))
        {
            using var held = folder.Lock();
            using var model = folder.ReadModel();
            var study = Study.Named(option.Study);
            using var train = study.Load(FashionMnistSplit.Train, data);
            using var test = study.Load(FashionMnistSplit.Test, data);
            var metrics = evaluator.Evaluate(study, option, model, train, test);
            folder.Write(metrics);
            results.Add((folder.Path, metrics));
        }
        return results;
    }
}
