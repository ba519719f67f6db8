using FashionAE.Report;

namespace FashionAE.Cli.Reports;

/// <summary>The page of both studies.</summary>
internal static class StudyReport
{
    /// <summary>Draws a section for each study; that of a missing run says how to train it.</summary>
    public static ReportDocument Draw(IReadOnlyDictionary<string, TrainedRun> runs, string? data) => new(
        "FashionAE: two studies on Fashion-MNIST", "Fashion-MNIST is a set of gray pictures of garments. An autoencoder sums up each in"
        + " a few numbers, its code, and draws it again from the code alone. MSE is the mean squared error of pixels from 0 to 1 (lower is"
        + " better); PSNR, the peak signal-to-noise ratio in dB, and SSIM, the structural similarity, are higher for better images.",
        [
            Section(
                new RotationStudy(),
                ("Rotation study: garments that are turned", "Does an autoencoder know a garment that is turned? One is"
                + " trained on upright images of four classes, another on randomly rotated copies too, to draw the upright original."),
                [RotationStudy.Upright, RotationStudy.Rotated], runs, data, StudyFigures.Rotation),
            Section(
                new DenoisingStudy(),
                ("Denoising study: taking noise away",
                "Can an autoencoder take noise away? One for all ten classes is trained on noisy images, to draw the clean originals."),
                [null], runs, data, (shown, _, test) => StudyFigures.Denoising(shown[0], test)),
        ]);

    public static string KindOf(string study, string? inputs) => $"{study} study" + (inputs is null ? "" : $" on {inputs} images");

    private static ReportSection Section(
        Study study, (string Title, string Lead) about, string?[] inputs, IReadOnlyDictionary<string, TrainedRun> runs, string? data,
        Func<IReadOnlyList<ShownRun>, ImageSet, ImageSet, IReadOnlyList<ReportFigure>> draw)
    {
        var (title, lead) = about;
        var found = inputs.ToLookup(name => runs.ContainsKey(KindOf(study.Name, name)));
        lead += string.Concat(found[false].Select(name => $" There is no run of the {KindOf(study.Name, name)} here: train one with"
            + $" \"fashionae train {study.Name}{(name is null ? "" : $" --inputs {name}")}\", and name its folder."));
        if (!found[true].Any())
            return new(study.Name, title, lead, []);
        using var train = study.Load(FashionMnistSplit.Train, data);
        using var test = study.Load(FashionMnistSplit.Test, data);
        var view = new MLContext().Data.LoadFromImageSet(study is RotationStudy ? train : test);
        var shown = found[true].Select(name => runs[KindOf(study.Name, name)]).Select(run => new ShownRun(run, AutoencoderFigures.Read(
            run.ToTransformer(view), view, new() { Id = $"{study.Name}-{run.Options.Inputs}".TrimEnd('-'), History = run.History })));
        return new(study.Name, title, lead, draw([.. shown], train, test));
    }
}

/// <summary>A run in a report.</summary>
internal sealed record ShownRun(TrainedRun Run, AutoencoderFigures Figures)
{
    public Autoencoder Model => Run.Model;

    /// <summary>Gets "upright" or "rotation", by which the model was trained; null in a study of one run.</summary>
    public string? Name => Run.Options.Inputs == RotationStudy.Rotated ? "rotation" : Run.Options.Inputs;

    /// <summary>Gets what is done to the test images; a run of an earlier version may have no scores of it.</summary>
    public IEnumerable<(string Title, IAugmentation? Input, ConditionMetrics? Scores, Autoencoder Model)> Conditions =>
        Study.Named(Run.Options.Study).Conditions(Run.Options).Select(of => (
            Name is null ? of.Name : $"{Name}-trained, {of.Name}", of.Input, Run.Metrics.Conditions.GetValueOrDefault(of.Name), Model));
}
