using System.CommandLine;
using FashionAE.Cli.Images;
using FashionAE.Cli.Output;
using FashionAE.Torch;

namespace FashionAE.Cli.Commands;

/// <summary>fashionae export</summary>
internal sealed class ExportCommand
{
    private readonly Option<string> _split = new("--split") { Description = "Which part of the data set.", DefaultValueFactory = _ => "test" };
    private readonly Option<string?> _classes = new("--classes")
    {
        Description = $"The classes wanted, separated by commas; all unless given ({string.Join(", ", FashionMnist.ClassNames)}).",
        HelpName = "CLASS,CLASS",
    };

    private readonly Option<int?> _count = new("--count") { Description = "Only the first so many images of these classes, in data set order.", HelpName = "N" };
    private readonly Option<string> _out = new("--out") { Description = "The folder for the files.", HelpName = "DIR", Required = true };
    private readonly Option<string?> _data = CommonOptions.Data();
    private readonly Option<bool> _overwrite = new("--overwrite")
    {
        Description = "Write into a folder that has files: images of an earlier export are removed, other files stay.",
    };

    private ExportCommand()
    {
        _split.AcceptOnlyFromAmong("train", "test");
        _count.MustBePositive();
        _out.MustNotBeEmpty();
        _classes.Validators.Add(result =>
        {
            if (Classes(result.GetValue(_classes))?.FirstOrDefault(name => FashionMnist.LabelOf(name) is null) is { } unknown)
                result.AddError($"There is no class '{unknown}'; there are {string.Join(", ", FashionMnist.ClassNames)}.");
        });
    }

    public static Command Create()
    {
        var export = new ExportCommand();
        var command = new Command("export", "Writes images of the data set as PNG files, with labels.csv.")
        {
            export._split, export._classes, export._count, export._out, export._data, export._overwrite,
        };
        command.SetAction(export.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var folder = new ExportFolder(parsed.GetValue(_out)!);
        folder.Check(parsed.GetValue(_overwrite));
        var split = parsed.GetValue(_split) == "train" ? FashionMnistSplit.Train : FashionMnistSplit.Test;
        using var images = FashionMnist.Load(split, DataSource.Find(parsed.GetValue(_data)));
        var chosen = Choose(images, Classes(parsed.GetValue(_classes)), parsed.GetValue(_count));
        ProgressDisplay.Show("images", chosen.Length, done => folder.Write(images, chosen, done));
        Console.WriteLine($"Wrote {chosen.Length:N0} {(chosen.Length == 1 ? "image" : "images")} and {ExportFolder.LabelsFile} to {folder.Path}");
        return ExitCode.Success;
    }

    private static int[] Choose(ImageSet images, string[]? classes, int? count)
    {
        var labels = images.Labels.data<long>().ToArray();
        var wanted = classes?.Select(FashionMnist.LabelOf).ToList();
        return Enumerable.Range(0, images.Count)
            .Where(i => wanted is null || wanted.Contains((int)labels[i]))
            .Take(count ?? images.Count)
            .ToArray();
    }

    private static string[]? Classes(string? list) => list?.Split(',', StringSplitOptions.TrimEntries);
}
