using FashionAE.Report.Figures;
using FashionAE.Report.Page;
using FashionAE.Torch;

namespace FashionAE.Report.Drawing;

/// <summary>How models came to be: loss curves, layers, options, environment and duration.</summary>
internal static class RunFigures
{
    public static IEnumerable<ReportFigure> Draw(string study, IReadOnlyList<(string Name, RunSummary Run)> runs)
    {
        foreach (var (name, run) in runs)
            yield return Losses($"{study}-loss{Suffix(name)}", Titled("Loss curves", name), run);
        // Models of one architecture share a table.
        foreach (var group in runs.GroupBy(run => string.Join(';', run.Run.Layers.Select(l => $"{l.Name} {l.Kind} {Shape(l)} {l.Parameters}"))))
            yield return Layers($"{study}-layers{(group.Count() == runs.Count ? "" : Suffix(group.First().Name))}", group.First().Run.Layers);
        string[] heads = [.. runs.Select(run => run.Name.Length == 0 ? run.Run.Name : $"{run.Name} ({run.Run.Name})")];
        yield return Named(
            $"{study}-options", "Options", "Option", "What the training was told; fashionae train takes these as options, with the study's own values where one is left out.",
            heads, [.. runs.Select(run => run.Run.Options)]);
        yield return Named(
            $"{study}-environment", "Environment and duration", "What", "What the training ran on, and how long it took; the times of other machines will differ.",
            heads, [.. runs.Select(run => (IReadOnlyList<KeyValuePair<string, string>>)[.. run.Run.Environment, .. Times(run.Run)])]);
    }

    private static ChartFigure Losses(string id, string title, RunSummary run)
    {
        var kept = run.History.Best is { } best
            ? $"The dashed rule marks epoch {best.Epoch} of {run.History.Epochs.Count}: it has the lowest {(best.ValidationLoss is null ? "training" : "validation")} loss " +
                $"({Numerals.Error(best.MonitoredLoss)}), so its weights were kept."
            : "No epoch was finished.";
        return LossCharts.Losses(
            id, title,
            "The loss says how far the decoded images are from what they should be, the lower the better; an epoch is one pass over the training images. The model learns " +
            "from the training loss alone. A test or validation loss that rises while the training loss falls would mean that it learns the training images by heart. " +
            $"{kept} Beneath, the learning rate: how large the steps of the training were.",
            $"Lines of the loss over {run.History.Epochs.Count} epochs, and of the learning rate. {kept}", run);
    }

    private static TableFigure Layers(string id, IReadOnlyList<LayerSummary> layers) => new(
        id, "Layers",
        $"The network, in the order in which an image passes it. The layers of the encoder end in the two numbers of the code, those of the decoder in the image. All in all it learns {Numerals.Count(layers.Sum(l => l.Parameters))} numbers.",
        $"A table of {layers.Count} layers.", ["Layer", "Kind", "Output shape", "Parameters"],
        [
            .. layers.Select(l => (IReadOnlyList<string>)[l.Name, l.Kind, Shape(l), Numerals.Count(l.Parameters)]),
            ["total", "", "", Numerals.Count(layers.Sum(l => l.Parameters))],
        ]);

    private static TableFigure Named(
        string id, string title, string head, string caption, string[] heads, IReadOnlyList<IReadOnlyList<KeyValuePair<string, string>>> lists) => new(
        id, title, caption, $"A table of names and values for {Sentence.List(heads)}.", [head, .. heads],
        [.. lists.SelectMany(list => list.Select(pair => pair.Key)).Distinct().Select(name => (IReadOnlyList<string>)
            [name, .. lists.Select(list => list.Where(pair => pair.Key == name).Select(pair => pair.Value).FirstOrDefault(Numerals.None))])]);

    private static IEnumerable<KeyValuePair<string, string>> Times(RunSummary run) =>
    [
        new("Epochs finished", Numerals.Count(run.History.Epochs.Count)),
        new("Duration of the training", Numerals.Duration(run.Duration)),
    ];

    private static string Shape(LayerSummary layer) => string.Join(" × ", layer.OutputShape);

    private static string Suffix(string name) => name.Length == 0 ? "" : $"-{name}";

    private static string Titled(string title, string name) => name.Length == 0 ? title : $"{title}, {name}";
}
