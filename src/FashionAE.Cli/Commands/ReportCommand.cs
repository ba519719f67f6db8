using FashionAE.Cli.Reports;
using FashionAE.Report;

namespace FashionAE.Cli;

/// <summary>fashionae report RUN..., or fashionae report --model MODEL --images DIR</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var command = new Command("report", "Writes a page about runs of the studies, or about any model and a folder of pictures.");
        var folders = command.RunsArgument("Folders that 'fashionae train' wrote: of the rotation study one on upright images and one on"
            + " rotated ones, and one of the denoising study.");
        folders.Arity = ArgumentArity.ZeroOrMore;
        var model = command.Option<string?>("--model", $"Instead of runs, a model to show. {EncodingModel.Description}", "MODEL");
        var images = command.Option<string?>("--images", "The folder of --model's pictures: PNG, JPEG, WebP, BMP and GIF files.", "DIR");
        var recursive = command.Option<bool>("--recursive", "Take the pictures of subfolders too; each subfolder is a class.");
        var title = command.Option<string?>("--title", "The title of the page.", "TEXT");
        var page = command.Option<string>("--out", "The page to write.", "FILE").Default("report.html").MustNotBeEmpty();
        var common = new CommonOptions(command);
        command.Validators.Add(result =>
        {
            bool Has(Option option) => result.GetResult(option) is { Implicit: false };
            var hasRuns = result.GetResult(folders) is { Tokens.Count: > 0 };
            if (hasRuns == Has(model) || hasRuns == Has(images) || (hasRuns && Has(recursive)))
                result.AddError("Name either the folders of runs, or a model by --model and its pictures by --images.");
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
                    Console.WriteLine($"The report is {path}");
                }
                return EncodeCommand.Report(drawn.Unreadable);
            }
        });
        return command;
    }

    /// <summary>Loads a run, one of each kind.</summary>
    private static void Add(Dictionary<string, TrainedRun> runs, string folder)
    {
        var run = new RunFolder(folder).Load();
        var kind = StudyReport.KindOf(run.Options.Study, run.Options.Inputs);
        if (runs.TryAdd(kind, run))
            return;
        run.Dispose();
        throw new ArgumentException($"{folder} is a second run of the {kind}, beside {runs[kind].Name}: a report shows one of each.");
    }
}
