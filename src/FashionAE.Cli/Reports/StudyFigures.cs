using FashionAE.Report;
using static TorchSharp.torch;

namespace FashionAE.Cli.Reports;

/// <summary>Creates the figures of the studies. All random choices use fixed seeds.</summary>
internal static class StudyFigures
{
    private const int Seed = 1;
    private const string All = "all";
    private const int Steps = 10;

    /// <summary>Creates the figures of the rotation study, for one or both of its runs.</summary>
    public static IReadOnlyList<ReportFigure> Rotation(IReadOnlyList<ShownRun> runs, ImageSet train, ImageSet test)
    {
        using var scope = NewDisposeScope();
        using var classifier = ImageClassifier.Train(train);
        using var chosen = Choose(test, perClass: 2);
        using var random = new Generator(Seed);
        var (samples, upright, model) = (runs[0].Figures.Samples(), chosen.Batch(0, chosen.Count), $"the {runs[0].Name}-trained model");
        var turned = new RandomRotation().Apply(upright, random);
        return
        [
            new PictureFigure(
                new("rotation-samples", "1. Samples of each class", "The original garments of the data set: upright, white on black."),
                [""], samples.ColumnTitles, [samples.Rows[0]]),
            Codes(
                runs[0], "rotation-codes", "2. Codes of the training set",
                $"Where a color forms a separate group, {model} has separated a class without labels."),
            Decoded("rotation-reconstructions", "3. Originals and reconstructions", runs[0], upright),
            .. runs.Select(run => Decoded(
                $"rotation-rotated-{run.Name}", $"{(run.Name == RotationStudy.Upright ? "4. Rotated" : "5. The same rotated")} images"
                + $" decoded by the {run.Name}-trained model", run, turned)),
            Paths(runs[^1], test),
            MeanErrors("rotation-mean-errors", "7. Mean errors of each pixel", runs, test),
            Table(
                new("rotation-judged", "Decoded as its own class", "The percentage of test images that are decoded as their own class."),
                [.. test.ClassNames, All], [.. runs.SelectMany(run => run.Conditions)], of => of.Title,
                (name, of) => $"{100 * (name == All ? of.Scores?.JudgedRight : of.Scores?.JudgedRightPerClass?[name]):F1}"),
            .. runs.Select(run => run.Conditions.Last()).Where(of => of.Scores?.DecodedClasses is not null).Select(of => Table(
                new($"rotation-decoded-{of.Title.Split('-')[0]}", $"Own class by decoded class, {of.Title}",
                    "For each class, the percentage of its test images that the classifier assigns to each class after decoding."),
                test.ClassNames, test.ClassNames, seen => $"as {seen}", (own, seen) => $"{100 * of.Scores!.DecodedShare(own, seen):F1}")),
            .. Training("rotation", runs),
        ];

        PictureFigure Decoded(string id, string title, ShownRun run, Tensor inputs)
        {
            var decoded = run.Model.PredictAll(inputs);
            var seen = Array.ConvertAll(classifier.Predict(decoded).data<long>().ToArray(), label => test.ClassNames[(int)label]);
            var (own, psnr) = (Classes(chosen), Psnr(upright, decoded));
            return new(
                new(id, title, $"{own.Zip(seen).Count(of => of.First != of.Second)} of {own.Length} images are decoded as another class and"
                    + " marked. Below each image are the class that a classifier assigns, and the PSNR against the upright image."),
                ["upright", "input", "decoded"], own,
                [Draw(upright), Draw(inputs), Draw(decoded, i => $"{seen[i]}, {psnr(i)}", i => seen[i] != own[i])]);
        }
    }

    /// <summary>Creates the figures of the denoising study.</summary>
    public static IReadOnlyList<ReportFigure> Denoising(ShownRun run, ImageSet test)
    {
        using var scope = NewDisposeScope();
        using var chosen = Choose(test, perClass: 1);
        using var random = new Generator(Seed);
        var (clean, noise) = (chosen.Batch(0, chosen.Count), run.Run.Options.Noise!.Value);
        var denoised = run.Model.PredictAll(Noisy(clean, noise));
        // The example with the median error.
        var typical = clean.index_select(0, ImageQuality.MeanSquaredError(clean, denoised).argsort().narrow(0, chosen.Count / 2, 1));
        var levels = run.Conditions.Select(of => of.Input).OfType<GaussianNoise>().Select(level => level.StandardDeviation).ToArray();
        var rising = cat([.. levels.Select(level => Noisy(typical, level))]);
        return
        [
            Compare(
                new("denoising-examples", "1. Clean, noisy, denoised", $"The model reconstructs clean garments from images with noise of"
                    + $" standard deviation {noise}. They are simplified, because the code is too short for noise and details. The number"
                    + " is the PSNR."),
                Classes(chosen), clean, Noisy(clean, noise), denoised),
            Heat(
                new("denoising-error-maps", "2. Where the errors are", "Bright pixels have large errors in the denoised images above. Most"
                    + " errors are at edges and in patterns. The number is the mean of the squared errors (MSE)."),
                ["error"], Classes(chosen), [ImageQuality.SquaredError(clean, denoised)]),
            MeanErrors("denoising-mean-errors", "3. Mean errors of each pixel", [run], test),
            Compare(
                new("denoising-levels", "4. One image at rising noise", "With more noise, denoising improves the PSNR more. With little"
                    + " noise, the noisy image is closer to the original, because the code is too short for details."),
                Array.ConvertAll(levels, level => $"noise {level}"), typical.expand(rising.shape), rising, run.Model.PredictAll(rising)),
            Codes(run, "denoising-codes", "5. Codes of the test set", "Classes of similar garments overlap."),
            Table(
                new("denoising-scores", "Scores by noise", "The scores of all test images, and the MSE of each class."),
                ["MSE", "PSNR (dB)", "SSIM", .. test.ClassNames], [.. run.Conditions], of => of.Title, (row, of) => row switch
                {
                    "MSE" => $"{of.Scores?.Overall.MeanSquaredError:F4}",
                    "PSNR (dB)" => $"{of.Scores?.Overall.PeakSignalToNoiseRatio:F1}",
                    "SSIM" => $"{of.Scores?.Overall.StructuralSimilarity:F3}",
                    _ => $"{of.Scores?.PerClass.GetValueOrDefault(row)?.MeanSquaredError:F4}",
                }),
            .. run.Figures.ErrorByClass() is { } classes ? [classes] : Array.Empty<ReportFigure>(),
            run.Figures.Errors(),
            .. run.Figures.Extremes(),
            .. Training("denoising", [run]),
        ];

        static PictureFigure Compare(FigureText text, string[] columns, Tensor original, Tensor noisy, Tensor denoised) => new(
            text, ["original", "noisy", "denoised"], columns,
            [Draw(original), Draw(noisy, Psnr(original, noisy)), Draw(denoised, Psnr(original, denoised))]);

        // Adds the same noise at every level, scaled by the standard deviation.
        Tensor Noisy(Tensor images, double deviation) => new GaussianNoise(deviation).Apply(images, random.manual_seed(Seed));
    }

    private static string[] Classes(ImageSet images) =>
        Array.ConvertAll(images.Labels.data<long>().ToArray(), label => images.ClassNames[(int)label]);

    /// <summary>Chooses images of each class at random. Returns copies, ordered by class.</summary>
    private static ImageSet Choose(ImageSet images, int perClass)
    {
        var (random, labels) = (new Random(Seed), images.Labels.data<long>().ToArray());
        var classes = Enumerable.Range(0, images.Count).OrderBy(_ => random.Next()).GroupBy(i => labels[i]).OrderBy(of => of.Key);
        return images.Select([.. classes.SelectMany(of => of.Take(perClass)).Select(i => (long)i)]);
    }

    private static Picture[] Draw(Tensor images, Func<int, string>? label = null, Func<int, bool>? isWrong = null) =>
        [.. Values(images).Select((image, i) => Picture.Of(image, FashionMnist.Shape, label?.Invoke(i) ?? "", isWrong?.Invoke(i) is true))];

    private static PictureFigure Heat(FigureText text, IEnumerable<string> titles, IReadOnlyList<string> columns, Tensor[] rows)
    {
        var scale = rows.Max(row => row.max().item<double>());
        return new(text, [.. titles], columns, [.. rows.Select(row => (Picture[])[.. Values(row).Select(map =>
            Picture.Heat(map, FashionMnist.Shape, scale, $"{map.Average(error => (double)error):F4}"))])], scale);
    }

    private static IEnumerable<float[]> Values(Tensor images) =>
        images.to(ScalarType.Float32).contiguous().data<float>().ToArray().Chunk(FashionMnist.Shape.Size);

    private static Func<int, string> Psnr(Tensor originals, Tensor images)
    {
        var values = ImageQuality.PeakSignalToNoiseRatio(originals, images).data<double>().ToArray();
        return i => $"{values[i]:F1} dB";
    }

    private static TableFigure Table<T>(
        FigureText text, IEnumerable<string> rows, IReadOnlyList<T> columns, Func<T, string> title, Func<string, T, string?> cell) =>
        new(text, ["Name", .. columns.Select(title)], [.. rows.Select(row =>
            (IReadOnlyList<string>)[row, .. columns.Select(column => cell(row, column) is { Length: > 0 } found ? found : "–")])]);

    private static PlaneFigure Codes(ShownRun run, string id, string title, string caption)
    {
        var codes = run.Figures.Codes();
        return codes with { Text = new(id, title, $"{caption} {codes.Text.Caption}") };
    }

    /// <summary>Shows the codes of one test image of each class and of nine random rotations of it.</summary>
    private static PlaneFigure Paths(ShownRun run, ImageSet test)
    {
        using var _ = no_grad();
        using var images = Choose(test, perClass: 1);
        using var random = new Generator(Seed);
        using var full = tensor(360f);
        var codes = run.Figures.Codes() with
        {
            Text = new(
                "rotation-paths", "6. How the code moves while the image turns", "A line joins the codes of one garment: upright, at the"
                + $" ring, then rotated by {Steps - 1} random angles. Where a line stays among points of the same class, the"
                + $" {run.Name}-trained model recognizes the garment at every angle. Point to a mark to see the rotated image."),
        };
        var degrees = cat([zeros(images.Count, 1), (rand([images.Count, Steps - 1], generator: random) * full).sort().Values], 1).flatten();
        var upright = images.Batch(0, images.Count).repeat_interleave(Steps, 0);
        var turned = RandomRotation.Rotate(upright, degrees);
        var latent = run.Model.Encode(turned);
        var decoded = run.Model.Decode(latent);
        var (angles, errors) = (degrees.data<float>().ToArray(), ImageQuality.MeanSquaredError(upright, decoded).data<double>().ToArray());
        var (seen, drawn, values) = (Draw(turned), Draw(decoded), latent.data<float>().ToArray().Chunk(run.Model.LatentSize).ToArray());
        var paths = Classes(images).SelectMany((name, path) => Enumerable.Range(path * Steps, Steps).Select(i =>
            new PlanePoint(i, codes.Classes.ToList().IndexOf(name), values[i], errors[i])
            { Path = path, Name = $"{name}, rotated by {angles[i]:F0}°", Image = seen[i], Reconstruction = drawn[i] }));
        return codes with { Points = [.. codes.Points.Select(point => point with { Image = null, Reconstruction = null }), .. paths] };
    }

    /// <summary>Shows the mean error of each pixel by class, with the same noise and rotations as the evaluation of the runs.</summary>
    private static PictureFigure MeanErrors(string id, string title, IReadOnlyList<ShownRun> runs, ImageSet test)
    {
        var classes = cat([nn.functional.one_hot(test.Labels, test.ClassNames.Count), ones(test.Count, 1)], 1).to(ScalarType.Float64);
        var weights = (classes / classes.sum([0]).maximum(ones(1, ScalarType.Float64))).t();
        var (originals, conditions) = (test.Batch(0, test.Count), runs.SelectMany(run => run.Conditions).ToArray());
        return Heat(
            new(id, title, "Bright pixels have large errors: each map shows the mean squared error against the original, over all test"
                + " images of a class. The number is the mean over the pixels (MSE)."),
            conditions.Select(of => of.Title), [.. test.ClassNames, All], Array.ConvertAll(conditions, of => weights.mm(
                ImageQuality.SquaredError(originals, of.Model.ReconstructAll(test, of.Input, RunEvaluator.Seed)).flatten(1))));
    }

    /// <summary>Shows the training of the models of a study. All of them have the same layers.</summary>
    private static IEnumerable<ReportFigure> Training(string study, IReadOnlyList<ShownRun> runs)
    {
        foreach (var run in runs)
            if (run.Figures.Losses() is { } losses)
                yield return losses with { Text = losses.Text with { Title = $"Loss curves of {run.Run.Name}" } };
        yield return runs[0].Figures.Layers();
        var values = runs.ToDictionary(run => run.Run.Name, run => Properties(run.Run.Options).Concat(Properties(run.Run.Environment))
            .Append(("Duration", $"{run.Run.History.Epochs.Sum(epoch => epoch.Seconds):N0} s")).ToDictionary());
        yield return Table(
            new($"{study}-options", "Options and environment", "The duration, the options and the machine of the training."),
            values.SelectMany(run => run.Value.Keys).Distinct(), [.. values], of => of.Key, (name, of) => of.Value.GetValueOrDefault(name));
        static IEnumerable<(string, string Text)> Properties(object? record) => (record?.GetType().GetProperties() ?? [])
            .Select(property => (property.Name, Value: property.GetValue(record)))
            .Select(property => (property.Name, Text: property.Value is DateTimeOffset time ? $"{time:u}" : $"{property.Value}"))
            .Where(property => property.Text.Length > 0);
    }
}
