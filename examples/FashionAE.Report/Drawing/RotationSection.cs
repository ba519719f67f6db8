using FashionAE.Report.Figures;
using FashionAE.Report.Page;

namespace FashionAE.Report.Drawing;

/// <summary>The rotation study.</summary>
internal static class RotationSection
{
    public const string Id = "rotation";
    public const string Title = "Rotation study: garments that are turned";
    public const string TrainBefore = "fashionae train rotation --inputs upright --out runs/rotation-upright";
    public const string TrainAfter = "fashionae train rotation --inputs rotated --out runs/rotation-rotated";

    private const string Before = "the upright-trained model";
    private const string After = "the rotation-trained model";

    public static ReportSection Draw(RotationFigures figures)
    {
        var first = figures.RotatedBefore is null ? After : Before;
        var last = figures.RotatedAfter is null ? Before : After;
        List<ReportFigure> drawn = [Samples(figures), Codes(figures.Codes, first), Reconstructions(figures.Reconstructions, first)];
        if (figures.RotatedBefore is { } before)
            drawn.Add(RotatedImages.Draw("rotation-rotated-before", $"4. Turned images through {Before}", Before, before));
        if (figures.RotatedAfter is { } after)
            drawn.Add(RotatedImages.Draw("rotation-rotated-after", $"5. {(figures.RotatedBefore is null ? "Turned" : "The same turned")} images through {After}", After, after));
        drawn.Add(Paths(figures, last));
        drawn.Add(ErrorMaps.DrawMeans("rotation-mean-errors", "7. Which regions are hard", figures.MeanErrors));
        drawn.Add(JudgedTable.Draw(figures.Judged));
        if (figures.DecodedBefore is { } decodedBefore)
            drawn.Add(DecodedTable.Draw("before", Before, decodedBefore));
        if (figures.DecodedAfter is { } decodedAfter)
            drawn.Add(DecodedTable.Draw("after", After, decodedAfter));
        drawn.Add(Explorer.Draw("rotation-explorer", last, "training", figures.Grid, figures.PathCloud));
        string[] names = figures switch { { RotatedBefore: null } => ["after"], { RotatedAfter: null } => ["before"], _ => ["before", "after"] };
        drawn.AddRange(RunFigures.Draw(Id, [.. names.Zip(figures.Runs)]));
        return new ReportSection(Id, Title, Lead(figures), drawn);
    }

    private static string Lead(RotationFigures figures)
    {
        var lead = $"A convolutional autoencoder learns {figures.Samples.Count} kinds of garments. \"Before\" is the model that was trained on upright " +
            "images alone: it has never seen a turned garment. \"After\" is the same network, trained on randomly rotated copies too; what it has to " +
            "draw is always the upright original.";
        if (figures.RotatedBefore is null)
            lead += $" No run of the model before was given, so figure 4 and the columns \"before\" are missing: train one with \"{TrainBefore}\", and give its folder to \"fashionae report\" too.";
        if (figures.RotatedAfter is null)
            lead += $" No run of the model after was given, so figure 5 and the columns \"after\" are missing: train one with \"{TrainAfter}\", and give its folder to \"fashionae report\" too.";
        if (figures is { RotatedBefore: not null, DecodedBefore: null } or { RotatedAfter: not null, DecodedAfter: null })
            lead += " A table of decoded classes is missing, because an earlier version evaluated the run: use \"fashionae evaluate\" on " +
                "its folder, then write the report again.";
        return lead;
    }

    private static PictureFigure Samples(RotationFigures figures)
    {
        var most = figures.Samples.Max(sample => sample.Images.Count);
        var classes = Sentence.List(figures.Samples.Select(sample => sample.ClassName));
        return new PictureFigure(
            "rotation-samples", "1. Samples of each class",
            $"Images of the classes {classes}, as the data set has them: upright, white on black.",
            $"Gray pictures of garments in {figures.Samples.Count} columns, one for each class: {classes}.",
            [.. Enumerable.Repeat("", most)], [.. figures.Samples.Select(sample => sample.ClassName)],
            [.. Enumerable.Range(0, most).Select(row => (IReadOnlyList<Picture>)
                [.. figures.Samples.Where(sample => row < sample.Images.Count).Select(sample => Pictures.Gray(sample.Images[row]))])]);
    }

    private static ChartFigure Codes(CodeCloud cloud, string model) => CodeCharts.Codes(
        "rotation-codes", "2. Codes of the training set",
        $"Each of the {Numerals.Count(cloud.X.Count)} points is the code of one upright training image, made by {model}; its color tells the class. Nobody told " +
        $"the model the classes: where a color keeps to itself, it has found the class by its looks. {CodeTexts.Use(cloud)}",
        CodeTexts.Describe(cloud, "training images"), cloud);

    private static PictureFigure Reconstructions(IReadOnlyList<Reconstruction> images, string model) => new(
        "rotation-reconstructions", "3. Originals and reconstructions",
        $"Above, upright test images, which the model has not been trained on; below, what {model} draws from their two numbers. The shape survives, fine " +
        $"patterns do not. {PsnrText.Explained} Here it is {PsnrText.Range(images.Select(i => i.DecodedPsnr))}.",
        $"{images.Count} test images in the upper row, and beneath each its blurred reconstruction.",
        ["original", "reconstruction"], [.. images.Select(i => i.ClassName)],
        [[.. images.Select(i => Pictures.Gray(i.Original))], [.. images.Select(i => Pictures.Gray(i.Decoded, Numerals.Psnr(i.DecodedPsnr)))]]);

    private static ChartFigure Paths(RotationFigures figures, string model)
    {
        var angles = figures.Paths.SelectMany(path => path.Steps).Select(step => step.Degrees).ToList();
        return PathCharts.Paths(
            "rotation-paths", "6. How the code moves while the image turns",
            $"One test image of each class is turned nine times by a random angle, here from {Numerals.Angle(angles.Min())} to " +
            $"{Numerals.Angle(angles.Max())} (counter-clockwise). The codes that {model} gives are joined in order of angle; a ring " +
            "marks the upright image. The faint points are the training images. A path that stays within the cloud of its own color " +
            "means that the model knows the garment however it is turned; a path that wanders into another color means that it takes it for " +
            "something else. Point at a mark to see the turned image and what is decoded from it.",
            $"Paths of {Sentence.List(figures.Paths.Select(path => path.ClassName))} in the plane of codes, over the clouds of the {Numerals.Count(figures.PathCloud.X.Count)} training images.",
            figures.PathCloud, figures.Paths);
    }
}
