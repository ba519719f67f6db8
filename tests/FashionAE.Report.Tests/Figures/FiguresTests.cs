using FashionAE.MLNet;
using FashionAE.Report.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Report.Tests.Figures;

public sealed class FiguresTests
{
    private static readonly MLContext Context = new(seed: 1);

    private static readonly InputShape Four = InputShape.Vector(4);

    [Fact]
    public void A_point_has_the_code_the_error_and_the_class_of_its_row()
    {
        var view = FourValues.View(Context, ("a", [1, 2, 0, 0]), ("b", [3, -4, 2, 0]), ("a", [5, 6, 1, 1]));
        using var model = Truncation.Of(Context, view, Four, latentSize: 2);
        var plane = AutoencoderFigures.Read(model, view, new() { NameColumnName = "Number" }).Codes();
        Assert.Equal(["a", "b"], plane.Classes);
        Assert.Equal([0, 1, 0], plane.Points.Select(point => point.Class));
        Assert.Equal([1f, 2, 3, -4, 5, 6], plane.Points.SelectMany(point => point.Code));
        Assert.Equal([0, 4 / 4.0, 2 / 4.0], plane.Points.Select(point => point.Error));
        Assert.Equal(["0.5", "1.5", "2.5"], plane.Points.Select(point => point.Name));
        // The values, the reconstruction and the squared errors.
        Assert.Equal([3, -4, 2, 0, 3, -4, 0, 0, 0, 0, 4, 0], plane.Points[1].Values!);
    }

    [Fact]
    public void Rows_with_missing_values_are_omitted_and_counted()
    {
        var view = FourValues.View(Context, ("a", [1, 2, 0, 0]), ("a", [3, 4, 0, 0]), ("b", [float.NaN, 0, 0, 0]), ("c", [float.PositiveInfinity, 0, 0, 0]), ("d", [7, 8, 0, 0]));
        using var model = Truncation.Of(Context, Context.Data.TakeRows(view, 2), Four, latentSize: 2);
        var plane = AutoencoderFigures.Read(model, view).Codes();
        Assert.Equal([0, 1, 4], plane.Points.Select(point => point.Row));
        Assert.Equal(["a", "d"], plane.Classes);
        Assert.Contains("3 rows (2 more are omitted, because values are missing or infinite)", plane.Text.Caption);
    }

    [Fact]
    public void Rows_beyond_the_maximum_are_not_read()
    {
        var view = FourValues.View(Context, ("a", [1, 2, 0, 0]), ("a", [3, 4, 0, 0]), ("a", [5, 6, 0, 0]));
        using var model = Truncation.Of(Context, view, Four, latentSize: 2);
        Assert.Contains("the 2 first rows", AutoencoderFigures.Read(model, view, new() { MaximumRows = 2 }).Codes().Text.Caption);
        Assert.Contains("the 3 rows", AutoencoderFigures.Read(model, view, new() { MaximumRows = 3 }).Codes().Text.Caption);
    }

    [Fact]
    public void Charts_of_vectors_have_the_means_of_their_errors()
    {
        var view = FourValues.View(Context, ("a", [1, 2, 0, 0]), ("b", [0, 0, 2, 0]), ("b", [0, 0, 4, 2]));
        using var model = Truncation.Of(Context, view, Four, latentSize: 2);
        var figures = AutoencoderFigures.Read(model, view);
        // Errors of the rows: 0, 4/4 and (16 + 4)/4.
        Assert.Equal([["b", 3.0], ["a", 0.0]], figures.ErrorByClass()!.Rows);
        Assert.Equal([0.0, 1.0, 5.0], figures.Errors().Rows.Select(row => row[0]));
        Assert.Equal(["slot 2", "slot 3"], figures.Slots().Rows.Take(2).Select(row => row[0]));
        Assert.All(figures.Slots().Rows.Take(2).Zip((double[])[20 / 3.0, 4 / 3.0]), pair => Assert.Equal(pair.Second, (double)pair.First[1]!, 1e-6));
        Assert.Equal(["2", "b", "5", "slot 2: 4, expected 0 (80 %)", "slot 3: 2, expected 0 (20 %)"], figures.Odd().Rows[0].Take(5));
    }

    [Theory]
    [InlineData(40, false)]
    [InlineData(41, true)]
    public void Bars_of_only_the_largest_values_are_announced(int count, bool isCut)
    {
        // Row i has an error in slot i alone.
        var rows = Enumerable.Range(0, count).Select(i => new WideRow
        {
            Class = $"c{i}",
            Features = [.. Enumerable.Range(0, count).Select(slot => slot == i ? i + 1f : 0)],
        });
        var type = SchemaDefinition.Create(typeof(WideRow));
        type["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, count);
        var view = Context.Data.LoadFromEnumerable(rows, type);
        using var model = Truncation.Of(Context, view, InputShape.Vector(count), latentSize: 1);
        var figures = AutoencoderFigures.Read(model, view, new() { LabelColumnName = "Class" });
        Assert.All([figures.Slots(), figures.ErrorByClass()!], figure =>
        {
            Assert.Equal(40, figure.Rows.Count);
            Assert.Equal(isCut, figure.Text.Caption.Contains("highest", StringComparison.Ordinal));
            Assert.Equal(isCut, figure.Text.Caption.Contains("40 highest of 41", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void A_slot_that_is_often_missing_is_as_hard_as_the_rows_that_have_it()
    {
        var random = new Random(1);
        var view = FourValues.View(Context, [.. Enumerable.Range(0, 400).Select(i => ("a", (float[])[
            random.NextSingle(), random.NextSingle(), random.NextSingle(), i % 10 == 0 ? random.NextSingle() : float.NaN]))]);
        using var model = Context.Transforms.EncodeWithAutoencoder("Code", "Features", new AutoencoderOptions
        {
            Architecture = new VectorArchitecture(latentSize: 1) { MissingValues = MissingValues.Mask },
            Epochs = 1,
        }).Fit(view);
        var slots = AutoencoderFigures.Read(model, view).Slots().Rows.ToDictionary(row => (string)row[0]!, row => (double)row[1]!);
        // The slot is scaled to a variance of 1, and the model has hardly learned it.
        Assert.InRange(slots["slot 3"], 0.5, 2);
        Assert.InRange(slots["slot 2"], 0.5, 2);
    }

    [Theory]
    [InlineData("Features")]
    [InlineData("Other")]
    public void A_model_that_replaces_its_input_is_shown_with_the_input(string output)
    {
        var view = FourValues.View(Context, [.. Enumerable.Range(0, 60).Select(i => ("a", (float[])[i, 60 - i, i % 7, i % 11]))]);
        using var model = Context.Transforms.ReconstructWithAutoencoder(output, "Features", latentSize: 1, epochs: 1).Fit(view);
        var points = AutoencoderFigures.Read(model, view).Codes().Points;
        Assert.Equal([7f, 53, 0, 7], points[7].Values!.Take(4));
        Assert.InRange(points.Average(point => point.Error), 0.2, 5);
    }

    [Fact]
    public void Codes_that_are_all_equal_have_no_shares_of_the_variance()
    {
        var view = FourValues.View(Context, ("a", [1, 2, 3, 0]), ("a", [1, 2, 3, 4]));
        using var model = Truncation.Of(Context, view, Four, latentSize: 3);
        var plane = AutoencoderFigures.Read(model, view).Codes();
        Assert.Equal("first principal component", plane.Axes.XTitle);
        Assert.True(plane.Grid!.MinimumX < plane.Grid.MaximumX);
    }

    [Fact]
    public void A_code_of_one_value_is_decoded_along_a_line()
    {
        var view = FourValues.View(Context, ("a", [0, 0, 0, 0]), ("a", [10, 0, 0, 0]));
        using var model = Truncation.Of(Context, view, Four, latentSize: 1);
        var grid = AutoencoderFigures.Read(model, view, new() { GridSize = 3 }).Codes().Grid!;
        Assert.Equal((3, 2), (grid.Columns, grid.Rows));
        Assert.Equal([-0.5f, 5, 10.5f, -0.5f, 5, 10.5f], grid.Vectors!.Select(vector => vector[0]));
    }

    [Fact]
    public void Numbers_do_not_depend_on_the_culture()
    {
        var view = FourValues.View(Context, [.. Enumerable.Range(0, 1_500).Select(i => ("a", (float[])[i % 13, i % 17, i % 5, i % 3]))]);
        using var model = Truncation.Of(Context, view, Four, latentSize: 3);
        var culture = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = new System.Globalization.CultureInfo("")
            {
                NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." },
            };
            var figures = AutoencoderFigures.Read(model, view);
            Assert.Contains("1,500 rows", figures.Codes().Text.Caption);
            Assert.DoesNotContain(',', figures.Odd().Rows[0][2]);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Slots_of_a_row_without_errors_have_no_share_of_them()
    {
        var view = FourValues.View(Context, ("a", [1, 2, 0, 0]), ("b", [3, 4, 3, 1]));
        using var model = Truncation.Of(Context, view, Four, latentSize: 2);
        var rows = AutoencoderFigures.Read(model, view).Odd().Rows;
        // The errors of the slots are 9 and 1, and all 0.
        Assert.Equal(["slot 2: 3, expected 0 (90 %)", "slot 3: 1, expected 0 (10 %)"], rows[0].Skip(3).Take(2));
        Assert.All(rows[1].Skip(3), cell => Assert.EndsWith("(0 %)", cell, StringComparison.Ordinal));
    }

    [Fact]
    public void Slots_have_their_names()
    {
        var named = Context.Data.LoadFromEnumerable(new[] { new { A = 1f, B = 2f, C = 3f }, new { A = 3f, B = 2f, C = 1f } });
        var view = Context.Transforms.Concatenate("Features", "A", "B", "C").Fit(named).Transform(named);
        using var model = Truncation.Of(Context, view, InputShape.Vector(3), latentSize: 2);
        Assert.Equal(["A", "B", "C"], AutoencoderFigures.Read(model, view).Codes().Slots);
    }

    [Fact]
    public void Extremes_are_the_images_with_the_highest_and_the_lowest_errors()
    {
        var view = SmallImage.View(Context, 40, "x", "y");
        using var model = Truncation.Of(Context, view, new ImageShape(1, 8, 8), latentSize: 2, "Pixels");
        var figures = AutoencoderFigures.Read(model, view);
        var (hardest, easiest) = (figures.Extremes()[0], figures.Extremes()[1]);
        float[] Brightness(PictureFigure figure) => [.. figure.Rows[0].Select(picture => picture.Values[10])];
        Assert.Equal(Enumerable.Range(0, 8).Select(i => 1 - i / 40f), Brightness(hardest));
        Assert.Equal(Enumerable.Range(0, 8).Select(i => 1 - (39 - i) / 40f), Brightness(easiest));
        Assert.Equal("MSE 0.01562", hardest.Rows[2][0].Label); // 1 / 64
        Assert.Equal(1, hardest.Scale);
        Assert.Equal(["original", "reconstruction", "error"], hardest.RowTitles);
        Assert.All(hardest.Rows[1], picture => Assert.All(picture.Values, value => Assert.Equal(0, value)));
    }

    [Fact]
    public void Mean_errors_are_those_of_each_class_and_of_all()
    {
        var view = SmallImage.View(Context, 4, "x", "y"); // 1, 0.75, 0.5, 0.25
        using var model = Truncation.Of(Context, view, new ImageShape(1, 8, 8), latentSize: 2, "Pixels");
        var means = AutoencoderFigures.Read(model, view).MeanErrors();
        Assert.Equal(["x", "y", "all"], means.ColumnTitles);
        Assert.Equal([(1 + 0.25f) / 2, (0.5625f + 0.0625f) / 2, 1.875f / 4], means.Rows[0].Select(map => map.Values[10]));
        Assert.All(means.Rows[0], map => Assert.Equal(63, map.Values.Count(value => value == 0)));
    }

    [Fact]
    public void The_seed_determines_the_points_with_pictures()
    {
        var view = SmallImage.View(Context, 200, "x");
        using var model = Truncation.Of(Context, view, new ImageShape(1, 8, 8), latentSize: 2, "Pixels");
        long[] Kept(int seed) => [.. AutoencoderFigures.Read(model, view, new() { Pictures = 20, Seed = seed, GridSize = 0 }).Codes()
            .Points.Where(point => point.Image is not null).Select(point => point.Row)];
        Assert.Equal(20, Kept(1).Length);
        Assert.Equal(Kept(1), Kept(1));
        Assert.NotEqual(Kept(1), Kept(2));
    }

    [Fact]
    public void The_grid_has_the_decoded_codes_of_its_positions()
    {
        var view = FourValues.View(Context, ("a", [0, 0, 0, 0]), ("a", [10, 20, 0, 0]));
        using var model = Truncation.Of(Context, view, Four, latentSize: 2);
        var grid = AutoencoderFigures.Read(model, view, new() { GridSize = 3 }).Codes().Grid!;
        // The range and a margin of a twentieth on each side.
        Assert.Equal((-0.5f, 10.5f, -1f, 21f), (grid.MinimumX, grid.MaximumX, grid.MinimumY, grid.MaximumY));
        Assert.Equal([-0.5f, -1, 0, 0], grid.Vectors![0]);
        Assert.Equal([10.5f, -1, 0, 0], grid.Vectors[2]);
        Assert.Equal([5, 10, 0, 0], grid.Vectors[4]);
        Assert.Equal([10.5f, 21, 0, 0], grid.Vectors[8]);
    }

    [Fact]
    public void Longer_codes_are_shown_by_their_principal_components()
    {
        // The variance is 100 along (3, 4, 0)/5, 4 along (4, -3, 0)/5, and 0 otherwise.
        (string, float[])[] rows = [.. from a in (float[])[-10, 10] from b in (float[])[-2, 2]
                                       select ("a", (float[])[1 + 0.6f * a + 0.8f * b, 2 + 0.8f * a - 0.6f * b, 3, 9])];
        var view = FourValues.View(Context, rows);
        using var model = Truncation.Of(Context, view, Four, latentSize: 3);
        var axes = AutoencoderFigures.Read(model, view).Codes().Axes;
        AssertClose([1, 2, 3], axes.Origin);
        AssertClose([0.6f, 0.8f, 0], axes.X);
        AssertClose([0.8f, -0.6f, 0], axes.Y);
        Assert.Equal("first principal component (96 % of the variance)", axes.XTitle);
        AssertClose([1 + 6 + 0.8f, 2 + 8 - 0.6f, 3], axes.Code(10, 1));
        AssertClose([10, 1], [axes.Place([7.8f, 9.4f, 3]).X, axes.Place([7.8f, 9.4f, 3]).Y]);
    }

    [Fact]
    public void A_detector_shows_its_scores_and_verdicts()
    {
        var random = new Random(1);
        var view = FourValues.View(Context, [.. Enumerable.Range(0, 300).Select(i =>
            (i % 3 == 0 ? "a" : "b", (float[])[random.NextSingle(), random.NextSingle(), random.NextSingle(), i % 50 == 0 ? 30 : 0]))]);
        using var detector = Context.AnomalyDetection.Trainers.Autoencoder("Features", latentSize: 2, epochs: 1, quantile: 0.9).Fit(view);
        var judged = detector.Transform(view);
        var (scores, verdicts) = (judged.GetColumn<float>("Score").ToArray(), judged.GetColumn<bool>("PredictedLabel").ToArray());
        var figures = AutoencoderFigures.Read(detector, view);
        Assert.Equal(scores, figures.Codes().Points.Select(point => point.Score!.Value));
        Assert.Equal(verdicts, figures.Codes().Points.Select(point => point.IsAnomaly!.Value));
        Assert.Equal((double)detector.Threshold!.Value, figures.Errors().Mark);
        Assert.Equal(["a", "b", "all"], figures.Verdicts()!.Rows.Select(row => row[0]));
        Assert.Equal(["300", $"{verdicts.Count(verdict => verdict)}"], figures.Verdicts()!.Rows[2].Skip(1).Take(2));
        var oddest = Array.IndexOf(scores, scores.Max());
        Assert.Equal(["oddest", $"{oddest}"], ["oddest", figures.Odd().Rows[0][0]]);
        Assert.StartsWith("slot 3: 30, expected", figures.Odd().Rows[0][3]);
    }

    [Fact]
    public void Losses_show_the_training_history()
    {
        var view = FourValues.View(Context, ("a", [1, 2, 0, 0]), ("a", [3, 4, 0, 0]));
        using var model = Context.Transforms.EncodeWithAutoencoder("Code", "Features", latentSize: 2, epochs: 3).Fit(view);
        var chart = AutoencoderFigures.Read(model, view).Losses()!;
        Assert.Equal(model.History!.Epochs.Select(epoch => (object)epoch.TrainLoss), chart.Rows.Select(row => row[2]!));
        Assert.Equal([1, 2, 3], chart.Rows.Select(row => (int)row[0]!));
        Assert.Equal(model.History.Best!.Epoch, chart.Mark);
        using var file = new MemoryStream();
        Context.Model.Save(model, view.Schema, file);
        file.Position = 0;
        using var loaded = (AutoencoderTransformer)Context.Model.Load(file, out _);
        Assert.Null(AutoencoderFigures.Read(loaded, view).Losses());
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    private sealed class WideRow
    {
        public string Class { get; set; } = "";

        public float[] Features { get; set; } = [];
    }
}
