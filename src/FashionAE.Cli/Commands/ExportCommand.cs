namespace FashionAE.Cli;

/// <summary>The command <c>fashionae export</c>.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var command = new Command("export", "Exports images of Fashion-MNIST as PNG files, and their labels as labels.csv.");
        var split = command.Option<string>("--split", "Export the training or the test set.").Default("test");
        split.AcceptOnlyFromAmong("train", "test");
        var all = string.Join(", ", FashionMnist.ClassNames);
        var classes = command.Option<string?>(
            "--classes", $"Export only these classes, separated by commas. Default: all ({all}).", "CLASS,CLASS");
        classes.Check(result => Classes(result.GetValue(classes))?.FirstOrDefault(name => FashionMnist.LabelOf(name) is null) is { } unknown
            ? $"There is no class '{unknown}': the classes are {all}."
            : null);
        var count = command.Option<int?>(
            "--count", "Export only the first N images of these classes, in data set order; 1 or more. Default: all.", "N");
        count.MustBePositive();
        var output = command.OutOption("Write the files to this folder.", "DIR");
        var data = command.DataOption();
        var overwrite = command.Option<bool>(
            "--overwrite", "Write to the folder even if it has files. Removes images of an earlier export and keeps other files.");
        command.SetAction(parsed =>
        {
            var folder = new ExportFolder(parsed.GetValue(output)!);
            folder.Check(parsed.GetValue(overwrite));
            var part = parsed.GetValue(split) == "train" ? FashionMnistSplit.Train : FashionMnistSplit.Test;
            using var images = FashionMnist.Load(part, DataSource.Find(parsed.GetValue(data)));
            var chosen = Choose(images, Classes(parsed.GetValue(classes)), parsed.GetValue(count));
            Terminal.ShowProgress("images", chosen.Length, done => folder.Write(images, chosen, done));
            Console.WriteLine(
                $"Wrote {chosen.Length:N0} {(chosen.Length == 1 ? "image" : "images")} and {ExportFolder.LabelsFile} to {folder.Path}");
            return ExitCode.Success;
        });
        return command;
    }

    private static int[] Choose(ImageSet images, string[]? classes, int? count)
    {
        var labels = images.Labels.data<long>().ToArray();
        var wanted = classes?.Select(FashionMnist.LabelOf).ToList();
        return [.. Enumerable.Range(0, images.Count).Where(i => wanted?.Contains((int)labels[i]) != false).Take(count ?? images.Count)];
    }

    private static string[]? Classes(string? list) => list?.Split(',', StringSplitOptions.TrimEntries);
}
