using System.Globalization;
using FashionAE.Cli.Tests.Support;
using FashionAE.Report;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Cli.Tests;

[Collection(StudyRuns.Name)]
public sealed class StudyReportTests(StudyRuns runs)
{
    private const int Side = 28;

    private static readonly string[] Garments = ["Trouser", "Dress", "Sandal", "Bag"];

    [Fact]
    public void The_page_has_every_figure_of_both_studies_with_its_id()
    {
        string[] rotation =
        [
            "rotation-samples", "rotation-codes", "rotation-reconstructions", "rotation-rotated-upright", "rotation-rotated-rotation",
            "rotation-paths", "rotation-mean-errors", "rotation-judged", "rotation-decoded-upright", "rotation-decoded-rotation",
            "rotation-upright-losses", "rotation-rotated-losses", "rotation-upright-layers", "rotation-options",
        ];
        string[] denoising =
        [
            "denoising-examples", "denoising-error-maps", "denoising-mean-errors", "denoising-levels", "denoising-codes", "denoising-scores",
            "denoising-classes", "denoising-errors", "denoising-hardest", "denoising-easiest", "denoising-losses",
            "denoising-layers", "denoising-options",
        ];
        Assert.Equal([rotation, denoising], runs.Document.Sections.Select(section => section.Figures.Select(figure => figure.Text.Id).ToArray()));
        var numbers = runs.Document.Sections.Select(section => section.Figures.Select(figure => figure.Text.Title.Split('.')[0])
            .Where(text => int.TryParse(text, out _)));
        Assert.Equal([["1", "2", "3", "4", "5", "6", "7"], ["1", "2", "3", "4", "5"]], numbers);
        Assert.All(runs.Document.Sections.SelectMany(section => section.Figures), figure => Assert.NotEmpty(figure.Text.Caption));
        Assert.DoesNotContain("fashionae train", string.Concat(runs.Document.Sections.Select(section => section.Lead)), StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_are_training_images_of_their_classes()
    {
        var samples = runs.Figure<PictureFigure>("rotation-samples");
        var classOf = Known(FashionMnistSplit.Train);
        Assert.Equal(Garments.Order(), samples.ColumnTitles.Distinct().Order());
        Assert.All(Assert.Single(samples.Rows).Zip(samples.ColumnTitles), pair => Assert.Equal(pair.Second, classOf[Key(pair.First)]));
    }

    [Fact]
    public void Both_models_decode_the_same_rotations_of_the_same_test_images()
    {
        var (first, before, after) = (
            runs.Figure<PictureFigure>("rotation-reconstructions"), runs.Figure<PictureFigure>("rotation-rotated-upright"),
            runs.Figure<PictureFigure>("rotation-rotated-rotation"));
        var classOf = Known(FashionMnistSplit.Test);
        Assert.Equal(Garments.SelectMany(name => Enumerable.Repeat(name, 2)), first.ColumnTitles);
        Assert.All(first.Rows[0].Zip(first.ColumnTitles), pair => Assert.Equal(pair.Second, classOf[Key(pair.First)]));
        Assert.Equal(first.Rows[0].Select(Key), first.Rows[1].Select(Key));
        foreach (var figure in (PictureFigure[])[before, after])
        {
            Assert.Equal(first.Rows[0].Select(Key), figure.Rows[0].Select(Key));
            Assert.Equal(before.Rows[1].Select(Key), figure.Rows[1].Select(Key));
        }
        // Find each angle by trying all angles.
        var angles = first.Rows[0].Zip(before.Rows[1], (upright, turned) => Enumerable.Range(0, 1440).Select(quarter => quarter / 4.0)
            .Select(degrees => (Degrees: degrees, Different: Different(upright, turned, degrees))).MinBy(of => of.Different)).ToArray();
        Assert.All(angles, angle => Assert.InRange(angle.Different, 0, 8));
        Assert.Equal(8, angles.Select(angle => angle.Degrees).Distinct().Count());
        Assert.All(angles, angle => Assert.InRange(angle.Degrees, 1, 359));
    }

    [Fact]
    public void Decoded_images_are_those_of_each_model_with_their_psnr_and_the_verdict_of_the_classifier()
    {
        using var train = new RotationStudy().Load(FashionMnistSplit.Train, CommandLine.Sample);
        using var classifier = ImageClassifier.Train(train);
        foreach (var (id, run) in (IEnumerable<(string, TrainedRun)>)
            [("reconstructions", runs.Upright), ("rotated-upright", runs.Upright), ("rotated-rotation", runs.Rotated)])
        {
            using var scope = NewDisposeScope();
            var figure = runs.Figure<PictureFigure>($"rotation-{id}");
            var decoded = AssertDecoded(run, figure.Rows[1], figure.Rows[2]);
            var seen = classifier.Predict(decoded).data<long>().ToArray().Select(label => Garments[label]).ToArray();
            for (var i = 0; i < seen.Length; i++)
                Assert.Equal(
                    ($"{seen[i]}, {Psnr(figure.Rows[0][i], figure.Rows[2][i])}", seen[i] != figure.ColumnTitles[i]),
                    (figure.Rows[2][i].Label, figure.Rows[2][i].IsWrong));
            var wrong = figure.Rows[2].Count(picture => picture.IsWrong);
            Assert.StartsWith($"{wrong} of 8 images ", figure.Text.Caption, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Paths_are_one_test_image_of_each_class_and_nine_rotations_of_it_in_the_order_of_their_angles()
    {
        var plane = runs.Figure<PlaneFigure>("rotation-paths");
        var classOf = Known(FashionMnistSplit.Test);
        var paths = plane.Points.Where(point => point.Path is not null).GroupBy(point => point.Path!.Value).ToArray();
        Assert.Equal(4 * 155, plane.Points.Count(point => point.Path is null && point.Image is null));
        Assert.Equal([0, 1, 2, 3], paths.Select(path => path.Key));
        Assert.All(paths, path =>
        {
            using var scope = NewDisposeScope();
            PlanePoint[] points = [.. path];
            Assert.Equal(10, points.Length);
            var name = Garments[path.Key];
            Assert.All(points, point => Assert.Equal(name, plane.Classes[point.Class]));
            Assert.Equal($"{name}, rotated by 0°", points[0].Name);
            Assert.Equal(name, classOf[Key(points[0].Image!)]);
            var angles = points[1..].Select(point => double.Parse(point.Name!.Split(' ')[^1].TrimEnd('°'), CultureInfo.InvariantCulture)).ToArray();
            Assert.Equal(angles.Order(), angles);
            Assert.InRange(angles[^1] - angles[0], 90, 360);
            // The angle in a name is rounded.
            Assert.All(points[1..].Zip(angles), pair => Assert.InRange(Enumerable.Range(-6, 13)
                .Min(tenth => Different(points[0].Image!, pair.First.Image!, pair.Second + tenth / 10.0)), 0, 4));
            var decoded = AssertDecoded(runs.Rotated, points.Select(point => point.Image!), points.Select(point => point.Reconstruction!));
            using var codes = runs.Rotated.Model.Encode(Images(points.Select(point => point.Image!)));
            AssertClose(codes.data<float>().ToArray(), points.SelectMany(point => point.Code));
            Assert.All(points, point => Assert.Equal(MeanSquare(points[0].Image!, point.Reconstruction!), point.Error, 1e-6));
        });
    }

    [Fact]
    public void Mean_error_maps_have_the_same_means_as_the_evaluation()
    {
        foreach (var (id, of) in (IEnumerable<(string, TrainedRun[])>)
            [("rotation", [runs.Upright, runs.Rotated]), ("denoising", [runs.Denoising])])
        {
            var figure = runs.Figure<PictureFigure>($"{id}-mean-errors");
            var conditions = of.SelectMany(run => run.Metrics.Conditions.Values).ToArray();
            Assert.Equal(conditions.Length, figure.RowTitles.Count);
            Assert.Equal("all", figure.ColumnTitles[^1]);
            foreach (var (row, scores) in figure.Rows.Zip(conditions))
                Assert.All(row.Zip(figure.ColumnTitles), map => Assert.Equal(
                    (map.Second == "all" ? scores.Overall : scores.PerClass[map.Second]).MeanSquaredError,
                    map.First.Values.Average(error => (double)error), 1e-6));
        }
        // Compare not only the means, but also a map of the first condition pixel by pixel.
        using var scope = NewDisposeScope();
        using var test = new DenoisingStudy().Load(FashionMnistSplit.Test, CommandLine.Sample);
        var original = test.Batch(0, test.Count);
        var expected = (original - runs.Denoising.Model.PredictAll(original)).square().mean([0]).data<float>().ToArray();
        AssertClose(expected, runs.Figure<PictureFigure>("denoising-mean-errors").Rows[0][^1].Values);
    }

    [Fact]
    public void Tables_are_those_of_the_runs_own_metrics()
    {
        var judged = runs.Figure<TableFigure>("rotation-judged");
        ConditionMetrics[] columns = [.. runs.Upright.Metrics.Conditions.Values, .. runs.Rotated.Metrics.Conditions.Values];
        Assert.Equal(
            ["Name", "upright-trained, upright", "upright-trained, rotated", "rotation-trained, upright", "rotation-trained, rotated"], judged.Columns);
        Assert.Equal(Garments.Append("all"), judged.Rows.Select(row => row[0]));
        Assert.Equal(columns.Select(of => Percent(of.JudgedRightPerClass!["Bag"])), judged.Rows[3].Skip(1));
        Assert.Equal(columns.Select(of => Percent(of.JudgedRight!.Value)), judged.Rows[4].Skip(1));

        var decoded = runs.Figure<TableFigure>("rotation-decoded-rotation");
        Assert.Equal(["Name", .. Garments.Select(name => $"as {name}")], decoded.Columns);
        Assert.Equal(
            runs.Rotated.Metrics.Conditions["rotated"].DecodedClasses!["Dress"].Values.Select(count => Percent(count / 50.0)),
            decoded.Rows[1].Skip(1));

        var scores = runs.Figure<TableFigure>("denoising-scores");
        Assert.Equal(["Name", "clean", "noise 0.1", "noise 0.25", "noise 0.4", "noise 0.6"], scores.Columns);
        var noisy = runs.Denoising.Metrics.Conditions["noise 0.4"];
        Assert.Equal(
            [$"{noisy.Overall.MeanSquaredError:F4}", $"{noisy.Overall.PeakSignalToNoiseRatio:F1}", $"{noisy.Overall.StructuralSimilarity:F3}"],
            scores.Rows.Take(3).Select(row => row[4]));
        Assert.Equal($"{noisy.PerClass["Coat"].MeanSquaredError:F4}", scores.Rows.Single(row => row[0] == "Coat")[4]);

        var options = runs.Figure<TableFigure>("rotation-options");
        Assert.Equal(["Name", "upright", "rotated"], options.Columns);
        Assert.Equal(["Inputs", "upright", "rotated"], options.Rows.Single(row => row[0] == "Inputs"));
        Assert.Equal(["LearningRate", "0.005", "0.005"], options.Rows.Single(row => row[0] == "LearningRate"));
        Assert.Contains(options.Rows, row => row[0] == "Processor" && row[1].Length > 1);
        Assert.DoesNotContain(options.Rows, row => row[0] == "Noise");
    }

    [Fact]
    public void Noise_has_its_standard_deviation_and_grows_over_one_image()
    {
        var (examples, levels) = (runs.Figure<PictureFigure>("denoising-examples"), runs.Figure<PictureFigure>("denoising-levels"));
        var classOf = Known(FashionMnistSplit.Test);
        Assert.Equal(10, examples.ColumnTitles.Distinct().Count());
        Assert.All(examples.Rows[0].Zip(examples.ColumnTitles), pair => Assert.Equal(pair.Second, classOf[Key(pair.First)]));
        Assert.InRange(Deviation(examples.Rows[0], examples.Rows[1]), 0.25 * 0.95, 0.25 * 1.05);
        Assert.Equal(["noise 0.1", "noise 0.25", "noise 0.4", "noise 0.6"], levels.ColumnTitles);
        Assert.Single(levels.Rows[0].Select(Key).Distinct());
        Assert.All(levels.Rows[0].Zip(levels.Rows[1]).Zip([0.1, 0.25]), level =>
            Assert.InRange(Deviation([level.First.First], [level.First.Second]), level.Second * 0.85, level.Second * 1.15));
        foreach (var figure in (PictureFigure[])[examples, levels])
        {
            using var scope = NewDisposeScope();
            Assert.Equal(["original", "noisy", "denoised"], figure.RowTitles);
            AssertDecoded(runs.Denoising, figure.Rows[1], figure.Rows[2]);
            foreach (var row in figure.Rows.Skip(1))
                Assert.Equal(figure.Rows[0].Zip(row, Psnr), row.Select(picture => picture.Label));
        }
        // The example has the median error.
        var shown = examples.Rows[0].Select(Key).ToList().IndexOf(Key(levels.Rows[0][0]));
        var errors = examples.Rows[0].Zip(examples.Rows[2], MeanSquare).ToArray();
        Assert.Equal(5, errors.Count(error => error < errors[shown]));

        var maps = Assert.Single(runs.Figure<PictureFigure>("denoising-error-maps").Rows);
        Assert.All(maps.Zip(errors), pair => Assert.Equal(pair.Second, pair.First.Values.Average(error => (double)error), 1e-6));
    }

    [Fact]
    public void Codes_are_those_of_the_models()
    {
        foreach (var (id, run, split) in (IEnumerable<(string, TrainedRun, FashionMnistSplit)>)
            [("rotation-codes", runs.Upright, FashionMnistSplit.Train), ("denoising-codes", runs.Denoising, FashionMnistSplit.Test)])
        {
            using var images = Study.Named(run.Options.Study).Load(split, CommandLine.Sample);
            using var codes = run.Model.EncodeAll(images);
            AssertClose(codes.data<float>().ToArray(), runs.Figure<PlaneFigure>(id).Points.SelectMany(point => point.Code));
        }
    }

    [Theory]
    [InlineData("upright", "rotation", "on rotated images", "--inputs rotated")]
    [InlineData("rotation", "upright", "on upright images", "--inputs upright")]
    public void A_missing_run_is_reported_with_the_command_that_trains_it(string given, string missing, string named, string command)
    {
        var run = given == "upright" ? runs.Upright : runs.Rotated;
        var document = StudyRuns.Draw(run);
        var (rotation, denoising) = (document.Sections[0], document.Sections[1]);
        Assert.Contains($"the rotation study {named}: train one with \"fashionae train rotation {command}\"", rotation.Lead, StringComparison.Ordinal);
        Assert.Contains("the denoising study: train one with \"fashionae train denoising\"", denoising.Lead, StringComparison.Ordinal);
        Assert.Empty(denoising.Figures);
        var ids = rotation.Figures.Select(figure => figure.Text.Id).ToArray();
        Assert.Contains($"rotation-rotated-{given}", ids);
        Assert.DoesNotContain($"rotation-rotated-{missing}", ids);
        // The other figures show the existing run. Their pictures are the same as in the complete report.
        Assert.Equal(runs.Document.Sections[0].Figures.Select(figure => figure.Text.Title).Take(3), rotation.Figures.Select(figure => figure.Text.Title).Take(3));
        Assert.Contains(rotation.Figures, figure => figure is PlaneFigure && figure.Text.Id == "rotation-paths");
        var shown = (PictureFigure)rotation.Figures.Single(figure => figure.Text.Id == $"rotation-rotated-{given}");
        var whole = runs.Figure<PictureFigure>($"rotation-rotated-{given}");
        Assert.Equal(whole.Rows.SelectMany(row => row.Select(Key)), shown.Rows.SelectMany(row => row.Select(Key)));
    }

    private static Dictionary<string, string> Known(FashionMnistSplit split)
    {
        using var images = FashionMnist.Load(split, CommandLine.Sample);
        var labels = images.Labels.data<long>().ToArray();
        var known = new Dictionary<string, string>();
        foreach (var (i, image) in images.Images.data<byte>().ToArray().Chunk(Side * Side).Index())
            known[Convert.ToHexString(image)] = images.ClassNames[(int)labels[i]];
        return known;
    }

    private static string Key(Picture picture) => Convert.ToHexString([.. picture.Values.Select(value => (byte)Math.Round(255 * value))]);

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture);

    private static double MeanSquare(Picture first, Picture second) => first.Values.Zip(second.Values, (a, b) => Math.Pow((double)a - b, 2)).Average();

    private static string Psnr(Picture original, Picture other) => $"{-10 * Math.Log10(MeanSquare(original, other)):F1} dB";

    // On black pixels only positive noise remains. Its root mean square is the standard deviation divided by the square root of 2.
    private static double Deviation(IEnumerable<Picture> originals, IEnumerable<Picture> noisy) =>
        Math.Sqrt(2 * originals.Zip(noisy).SelectMany(of => of.Second.Values.Zip(of.First.Values)).Where(pixel => pixel.Second == 0)
            .Average(pixel => pixel.First * pixel.First));

    private static Tensor Images(IEnumerable<Picture> pictures) =>
        tensor(pictures.SelectMany(picture => picture.Values).ToArray()).reshape(-1, 1, Side, Side);

    private static Tensor AssertDecoded(TrainedRun run, IEnumerable<Picture> inputs, IEnumerable<Picture> shown)
    {
        using var _ = no_grad();
        run.Model.eval();
        var decoded = run.Model.call(Images(inputs));
        AssertClose(decoded.data<float>().ToArray(), shown.SelectMany(picture => picture.Values));
        return decoded;
    }

    private static void AssertClose(IEnumerable<float> expected, IEnumerable<float> actual)
    {
        var (first, second) = (expected.ToArray(), actual.ToArray());
        Assert.Equal(first.Length, second.Length);
        Assert.InRange(first.Zip(second, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-4 * (1 + first.Max(Math.Abs)));
    }

    /// <summary>
    /// Counts the pixels that differ from a counterclockwise rotation about the center, computed in double precision. Ignores positions
    /// almost halfway between two pixels.
    /// </summary>
    private static int Different(Picture original, Picture turned, double degrees)
    {
        var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
        var different = 0;
        for (var i = 0; i < Side * Side; i++)
        {
            var (x, y) = (i % Side - 13.5, i / Side - 13.5);
            var (column, row) = (cosine * x - sine * y + 13.5, sine * x + cosine * y + 13.5);
            if (Math.Abs(column - Math.Floor(column) - 0.5) < 0.02 || Math.Abs(row - Math.Floor(row) - 0.5) < 0.02)
                continue;
            var (nearestColumn, nearestRow) = ((int)Math.Round(column), (int)Math.Round(row));
            var isInside = nearestColumn is >= 0 and < Side && nearestRow is >= 0 and < Side;
            different += turned.Values[i] == (isInside ? original.Values[Side * nearestRow + nearestColumn] : 0) ? 0 : 1;
        }
        return different;
    }
}
