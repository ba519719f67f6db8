using FashionAE.Report;

namespace FashionAE.Cli.Reports;

/// <summary>Creates the page of both studies.</summary>
internal static class StudyReport
{
    /// <summary>Draws a section for each study. If a run is missing, its section shows the command that trains the run.</summary>
    public static ReportDocument Draw(IReadOnlyDictionary<string, TrainedRun> runs, string? data) => new(
        "FashionAE: two studies on Fashion-MNIST", "Fashion-MNIST is a set of gray pictures of garments. An autoencoder compresses each"
        + " picture to a few values, its code, and reconstructs the picture from the code. MSE is the mean squared error of pixels from 0"
        + " to 1: lower is better. PSNR is the peak signal-to-noise ratio in dB, and SSIM the structural similarity: higher is better.",
        [
            Section(
                new RotationStudy(),
                ("Rotation study: rotated garments", "Does an autoencoder recognize a rotated garment? One model is trained on upright"
                + " images of four classes. Another is also trained on randomly rotated copies, to reconstruct the upright original."),
                [RotationStudy.Upright, RotationStudy.Rotated], runs, data, StudyFigures.Rotation),
            Section(
                new DenoisingStudy(),
                ("Denoising study: removing noise",
                "Can an autoencoder remove noise? A model for all ten classes learns to reconstruct the clean originals of noisy images."),
                [null], runs, data, (shown, _, test) => StudyFigures.Denoising(shown[0], test)),
        ]);

    public static string KindOf(string study, string? inputs) => $"{study} study" + (inputs is null ? "" : $" on {inputs} images");

    private static ReportSection Section(
        Study study, (string Title, string Lead) about, string?[] inputs, IReadOnlyDictionary<string, TrainedRun> runs, string? data,
        Func<IReadOnlyList<ShownRun>, ImageSet, ImageSet, IReadOnlyList<ReportFigure>> draw)
    {
        var (title, lead) = about;
        var found = inputs.ToLookup(name => runs.ContainsKey(KindOf(study.Name, name)));
        lead += string.Concat(found[false].Select(name => $" This page has no run of the {KindOf(study.Name, name)}: train one with"
            + $" \"fashionae train {study.Name}{(name is null ? "" : $" --inputs {name}")}\", and add its folder to the command."));
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

    /// <summary>Gets "upright" or "rotation", for titles such as "rotation-trained model"; null in the denoising study.</summary>
    public string? Name => Run.Options.Inputs == RotationStudy.Rotated ? "rotation" : Run.Options.Inputs;

    /// <summary>Gets the conditions of the test images. A run of an earlier version may lack the scores of a condition.</summary>
    public IEnumerable<(string Title, IAugmentation? Input, ConditionMetrics? Scores, Autoencoder Model)> Conditions =>
        Study.Named(Run.Options.Study).Conditions(Run.Options).Select(of => (
            Name is null ? of.Name : $"{Name}-trained, {of.Name}", of.Input, Run.Metrics.Conditions.GetValueOrDefault(of.Name), Model));
}
