using System.CommandLine;
using FashionAE.Cli.Output;
using FashionAE.Report.Drawing;
using FashionAE.Report.Figures;
using FashionAE.Report.Page;
using FashionAE.Studies;
using FashionAE.Torch;

namespace FashionAE.Cli.Commands;

/// <summary>fashionae report RUN...</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var common = new CommonOptions();
        var runs = new Argument<string[]>("RUN")
        {
            Description = "Folders that 'fashionae train' wrote: of the rotation study one on upright images and one on rotated ones, and one of the denoising study.",
            Arity = ArgumentArity.OneOrMore,
        };
        var page = new Option<string>("--out") { Description = "The page to write.", HelpName = "FILE", DefaultValueFactory = _ => "report.html" };
        page.MustNotBeEmpty();
        var command = new Command("report", "Writes a page with every figure of the studies, and the figures as PNG and JSON beside it.") { runs, page };
        common.AddTo(command);
        command.SetAction(parsed =>
        {
            var path = OutputFile.Of(parsed, page, example: "report.html");
            using var loaded = ReportRuns.Load(parsed.GetValue(runs)!);
            common.Apply(parsed);
            var document = Draw(loaded, common.FindData(parsed));
            ReportWriter.Write(document, path, ReportWriter.LibrariesFolder);
            Console.WriteLine($"The report is {path}; its figures are in {Path.Combine(Path.GetDirectoryName(path)!, "figures")}");
            return ExitCode.Success;
        });
        return command;
    }

    private static ReportDocument Draw(ReportRuns runs, string? data)
    {
        RotationFigures? rotation = null;
        DenoisingFigures? denoising = null;
        ProgressDisplay.Show("studies", runs.Studies.Count, done =>
        {
            foreach (var study in runs.Studies)
            {
                using var test = study.Load(FashionMnistSplit.Test, data);
                if (study is RotationStudy)
                {
                    using var train = study.Load(FashionMnistSplit.Train, data);
                    rotation = RotationFiguresBuilder.Build(runs.Upright, runs.Rotated, train, test);
                }
                else
                {
                    denoising = DenoisingFiguresBuilder.Build(runs.Denoising!, test);
                }
                done();
            }
        });
        return ReportDrawing.Draw(rotation, denoising);
    }
}
