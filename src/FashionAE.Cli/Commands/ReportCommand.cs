using FashionAE.Report.Drawing;
using FashionAE.Report.Figures;
using FashionAE.Report.Page;

namespace FashionAE.Cli;

/// <summary>fashionae report RUN...</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var command = new Command("report", "Writes a page with every figure of the studies, and the figures as PNG and JSON beside it.");
        var folders = command.RunsArgument("Folders that 'fashionae train' wrote: of the rotation study one on upright images and one on"
            + " rotated ones, and one of the denoising study.");
        var page = command.Option<string>("--out", "The page to write.", "FILE").Default("report.html").MustNotBeEmpty();
        var common = new CommonOptions(command);
        command.SetAction(parsed =>
        {
            var path = parsed.GetFile(page, example: "report.html");
            var runs = new Dictionary<string, TrainedRun>();
            try
            {
                foreach (var folder in parsed.GetValue(folders)!)
                    Add(runs, folder);
                common.Apply(parsed);
                ReportWriter.Write(Draw(runs, common.FindData(parsed)), path, ReportWriter.LibrariesFolder);
            }
            finally
            {
                foreach (var run in runs.Values)
                    run.Dispose();
            }
            Console.WriteLine($"The report is {path}; its figures are in {Path.Combine(Path.GetDirectoryName(path)!, "figures")}");
            return ExitCode.Success;
        });
        return command;
    }

    private static string KindOf(string study, string? inputs) => $"{study} study" + (inputs is null ? "" : $" on {inputs} images");

    /// <summary>Loads a run, one of each kind.</summary>
    private static void Add(Dictionary<string, TrainedRun> runs, string folder)
    {
        var run = new RunFolder(folder).Load();
        var kind = KindOf(run.Options.Study, run.Options.Inputs);
        if (runs.TryAdd(kind, run))
            return;
        run.Dispose();
        throw new ArgumentException($"{folder} is a second run of the {kind}, beside {runs[kind].Name}: a report shows one of each.");
    }

    private static ReportDocument Draw(Dictionary<string, TrainedRun> runs, string? data)
    {
        RotationFigures? rotation = null;
        DenoisingFigures? denoising = null;
        var studies = Study.All.Where(study => runs.Values.Any(run => run.Options.Study == study.Name)).ToList();
        TrainedRun? Find(Study study, string? inputs) => runs.GetValueOrDefault(KindOf(study.Name, inputs));
        Terminal.ShowProgress("studies", studies.Count, done =>
        {
            foreach (var study in studies)
            {
                using var test = study.Load(FashionMnistSplit.Test, data);
                if (study is RotationStudy)
                {
                    using var train = study.Load(FashionMnistSplit.Train, data);
                    rotation = RotationFiguresBuilder.Build(
                        Find(study, RotationStudy.Upright), Find(study, RotationStudy.Rotated), train, test);
                }
                else
                {
                    denoising = DenoisingFiguresBuilder.Build(Find(study, null)!, test);
                }
                done();
            }
        });
        return ReportDrawing.Draw(rotation, denoising);
    }
}
