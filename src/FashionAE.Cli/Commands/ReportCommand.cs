using FashionAE.Cli.Reports;
using FashionAE.Report;

namespace FashionAE.Cli;

/// <summary>The command <c>fashionae report</c>.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var command = new Command("report", "Writes an HTML page about runs of the studies, or about any model and a folder of pictures.");
        var folders = command.RunsArgument("The folders of runs, written by 'fashionae train'. Use at most one of a kind: rotation study on"
            + " upright images, rotation study on rotated images, denoising study.");
        folders.Arity = ArgumentArity.ZeroOrMore;
        var model = command.Option<string?>("--model", $"Show this model instead of runs: {EncodingModel.Description}", "MODEL");
        var images = command.Option<string?>("--images", "With --model: show PNG, JPEG, WebP, BMP and GIF files of this folder.", "DIR");
        var recursive = command.Option<bool>("--recursive", "Include the pictures of subfolders. Each subfolder is a class.");
        var title = command.Option<string?>("--title", "Set the title of the page.", "TEXT");
        var page = command.Option<string>("--out", "Write the page to this file.", "FILE").Default("report.html").MustNotBeEmpty();
        var common = new CommonOptions(command);
        command.Validators.Add(result =>
        {
            bool Has(Option option) => result.GetResult(option) is { Implicit: false };
            var hasRuns = result.GetResult(folders) is { Tokens.Count: > 0 };
            if (hasRuns == Has(model) || hasRuns == Has(images) || (hasRuns && Has(recursive)))
                result.AddError("Specify either the folders of runs, or --model and --images.");
        });
        command.SetAction(parsed =>
        {
            var path = parsed.GetFile(page, example: "report.html");
            if (parsed.GetValue(images) is { } folder)
            {
                var files = new ImageFiles(folder, parsed.GetValue(recursive));
                if (files.Skipped is { } others)
                    Console.WriteLine($"Skipped files with other extensions: {others}");
                common.Apply(parsed);
                return Finish(PictureReport.Draw(parsed.GetValue(model)!, files, folder));
            }
            var runs = new Dictionary<string, TrainedRun>();
            try
            {
                foreach (var run in parsed.GetValue(folders)!)
                    Add(runs, run);
                common.Apply(parsed);
                return Finish((StudyReport.Draw(runs, common.FindData(parsed)), []));
            }
            finally
            {
                foreach (var run in runs.Values)
                    run.Dispose();
            }

            int Finish((ReportDocument? Page, IReadOnlyList<UnreadableImage> Unreadable) drawn)
            {
                if (drawn.Page is { } document)
                {
                    (document with { Title = parsed.GetValue(title) ?? document.Title }).Save(path);
                    Console.WriteLine($"The report is in {path}");
                }
                return EncodeCommand.Report(drawn.Unreadable);
            }
        });
        return command;
    }

    /// <summary>Loads a run. A report shows one run of each kind.</summary>
    private static void Add(Dictionary<string, TrainedRun> runs, string folder)
    {
        var run = new RunFolder(folder).Load();
        var kind = StudyReport.KindOf(run.Options.Study, run.Options.Inputs);
        if (runs.TryAdd(kind, run))
            return;
        run.Dispose();
        throw new ArgumentException($"{folder} is a second run of the {kind}, after {runs[kind].Name}: a report shows one of each.");
    }
}
