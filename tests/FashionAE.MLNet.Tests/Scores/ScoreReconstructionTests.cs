using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Scores;

public class ScoreReconstructionTests
{
    private const int Count = 40;

    private readonly MLContext _ml = new(1);
    private readonly ImageRow[] _rows = Images.Rows(Count, 3);

    private IDataView Data => _ml.Data.LoadFromEnumerable(_rows);

    [Fact]
    public void Errors_are_those_of_their_formulas_in_double_precision()
    {
        var view = Score(Data, "Mse", "Psnr");
        var expected = Array.ConvertAll(_rows, r => r.Pixels.Zip(r.Noisy, (a, b) => ((double)a - b) * ((double)a - b)).Average());
        Assert.All(expected.Zip(view.GetColumn<float>("Mse")), p => Assert.Equal(p.First, p.Second, 1e-6 * p.First));
        Assert.All(expected.Zip(view.GetColumn<float>("Psnr")), p => Assert.Equal(10 * Math.Log10(1 / p.First), p.Second, 1e-4));
    }

    [Fact]
    public void Structural_similarity_is_that_of_the_metric()
    {
        Assert.Equal(Similarity(_rows, Images.Shape), Score(Data, ssim: "Ssim").GetColumn<float>("Ssim"));
    }

    [Fact]
    public void Equal_images_have_no_error_an_infinite_ratio_and_full_similarity()
    {
        var view = _ml.Transforms.ScoreReconstruction("Pixels", "Pixels", "Mse", "Psnr", "Ssim").Fit(Data).Transform(Data);
        Assert.All(view.GetColumn<float>("Mse"), v => Assert.Equal(0, v));
        Assert.All(view.GetColumn<float>("Psnr"), v => Assert.Equal(float.PositiveInfinity, v));
        Assert.All(view.GetColumn<float>("Ssim"), v => Assert.Equal(1, v, 1e-6));
    }

    [Fact]
    public void Black_against_white_has_a_ratio_of_positive_zero()
    {
        var row = new ImageRow { Pixels = new float[Images.Size], Noisy = [.. Enumerable.Repeat(1f, Images.Size)] };
        var white = _ml.Data.LoadFromEnumerable([row]);
        Assert.Equal("0", $"{Score(white, psnr: "Psnr").GetColumn<float>("Psnr").Single()}");
        Assert.Equal("0", $"{_ml.Reconstruction.Evaluate(white, "Pixels", "Noisy").PeakSignalToNoiseRatioOfMeanError}");
    }

    [Theory]
    [InlineData("Mse", null, null)]
    [InlineData(null, "Psnr", "Ssim")]
    [InlineData("A", "B", "C")]
    public void Only_the_specified_columns_are_added(string? mse, string? psnr, string? ssim)
    {
        var added = new[] { mse, psnr, ssim }.Where(n => n is not null);
        var schema = Score(Data, mse, psnr, ssim).Schema;
        Assert.Equal(Data.Schema.Select(c => c.Name).Concat(added!), schema.Select(c => c.Name));
        Assert.All(added, name => Assert.Equal("Single", $"{schema[name!].Type}"));
    }

    [Fact]
    public void A_score_is_the_same_to_the_bit_whichever_others_are_computed()
    {
        var data = _ml.Data.LoadFromEnumerable(Images.Rows(300, 3));
        var all = _ml.Transforms.ScoreReconstruction("Pixels", "Noisy", "Mse", "Psnr", "Ssim", "Map").Fit(data).Transform(data);
        foreach (var name in new[] { "Mse", "Psnr", "Ssim", "Map" })
            Assert.Equal(RowReads.Values(all, name), RowReads.Rows(all.GetRowCursor(all.Schema), name).Select(r => r.Value));
        using var cursor = all.GetRowCursor(all.Schema);
        var getters = Array.ConvertAll(["Mse", "Psnr"], name => cursor.GetGetter<float>(all.Schema[name]));
        var together = new List<(float, float)>();
        while (cursor.MoveNext())
        {
            var (mse, psnr) = (0f, 0f);
            getters[0](ref mse);
            getters[1](ref psnr);
            together.Add((mse, psnr));
        }
        Assert.Equal(all.GetColumn<float>("Mse").Zip(all.GetColumn<float>("Psnr")), together);
    }

    [Fact]
    public void Images_are_read_once_and_only_if_a_score_is_active()
    {
        var spy = new SpyView(Data);
        var view = Score(spy, "Mse", "Psnr", "Ssim");
        Assert.Equal(0, spy.Opened);
        RowReads.Rows(view, "Id");
        Assert.Equal(["Id"], spy.Getters);
        RowReads.Rows(view, "Psnr");
        Assert.Equal(["Id", "Pixels", "Noisy"], spy.Getters);
    }

    [Fact]
    public void Images_smaller_than_the_window_have_errors_but_no_similarity()
    {
        var data = _ml.Data.LoadFromEnumerable([new Ten()]);
        var view = _ml.Transforms.ScoreReconstruction("Pixels", "Clean", "Mse").Fit(data).Transform(data);
        Assert.Equal(0.25, Assert.Single(view.GetColumn<float>("Mse")), 1e-6);
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Transforms.ScoreReconstruction("Pixels", "Clean", ssimColumnName: "Ssim").Fit(data));
        Message.Says(error.Message, "at least 11x11 pixels", "'Pixels'", "10x10");
        var options = Models.AllColumns(new DenseArchitecture(new ImageShape(1, 10, 10)));
        Assert.Equal(error.Message, Assert.Throws<InvalidOperationException>(() => _ml.Transforms.Autoencode(options).Fit(data)).Message);
    }

    [Fact]
    public void An_image_that_is_not_square_needs_its_shape_for_similarity_alone()
    {
        var random = new Random(5);
        var rows = Enumerable.Range(0, 5).Select(_ => new Flat
        {
            Pixels = [.. Enumerable.Range(0, 176).Select(i => i % 16 / 16f)],
            Clean = [.. Enumerable.Range(0, 176).Select(i => Math.Clamp(i % 16 / 16f + 0.2f * random.NextSingle(), 0, 1))],
        }).ToArray();
        var data = _ml.Data.LoadFromEnumerable(rows);
        Assert.Equal(5, _ml.Transforms.ScoreReconstruction("Pixels", "Clean", "Mse", "Psnr").Fit(data).Transform(data).GetColumn<float>("Mse").Count());
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Transforms.ScoreReconstruction("Pixels", "Clean", ssimColumnName: "Ssim").Fit(data));
        Assert.Contains("'Pixels'", error.Message);
        Assert.Contains("shape", error.Message);
        float[] Scores(ImageShape shape) =>
            [.. _ml.Transforms.ScoreReconstruction("Pixels", "Clean", new ReconstructionScoringEstimator.Options { SsimColumnName = "Ssim", Shape = shape }).Fit(data).Transform(data).GetColumn<float>("Ssim")];
        var images = Array.ConvertAll(rows, r => new ImageRow { Pixels = r.Pixels, Noisy = r.Clean });
        Assert.Equal(Similarity(images, new ImageShape(1, 11, 16)), Scores(new ImageShape(1, 11, 16)));
        Assert.NotEqual(Scores(new ImageShape(1, 11, 16)), Scores(new ImageShape(1, 16, 11)));
    }

    [Fact]
    public void An_engine_scores_as_a_view_does()
    {
        var transformer = _ml.Transforms.ScoreReconstruction("Pixels", "Noisy", "Mse", "Psnr", "Ssim").Fit(Data);
        var expected = _ml.Data.CreateEnumerable<Scores>(transformer.Transform(Data), reuseRowObject: false);
        using var engine = _ml.Model.CreatePredictionEngine<ImageRow, Scores>(transformer);
        foreach (var (row, scores) in _rows.Zip(expected))
        {
            var found = engine.Predict(row);
            Assert.Equal((scores.Mse, scores.Psnr, scores.Ssim), (found.Mse, found.Psnr, found.Ssim));
        }
    }

    [Fact]
    public void Batches_and_sets_of_cursors_change_no_score()
    {
        var data = _ml.Data.LoadFromEnumerable(Images.Rows(300, 3));
        var expected = RowReads.Rows(Score(data, ssim: "Ssim"), "Ssim").ToDictionary(r => r.Id, r => r.Value);
        void AssertSame(IEnumerable<CursorRow> rows) => Assert.All(rows, r => Assert.Equal(expected[r.Id], r.Value));
        var view = Score(new SpyView(data, sets: 3), ssim: "Ssim");
        AssertSame(view.GetRowCursorSet([view.Schema["Ssim"]], 3).SelectMany(c => RowReads.Rows(c, "Ssim")));
        AssertSame(RowReads.Rows(Score(_ml.Data.SkipRows(data, 100), ssim: "Ssim"), "Ssim"));
        Assert.Equal(300, expected.Count);
    }

    [Theory]
    [InlineData("Nope", "Noisy", "Could not find target column 'Nope' (Parameter 'inputSchema')")]
    [InlineData("Pixels", "Nope", "Could not find reconstruction column 'Nope' (Parameter 'inputSchema')")]
    [InlineData("Name", "Noisy", "Schema mismatch for target column 'Name': expected Vector<Single>, got String: if these are paths of image files, append ml.Transforms.LoadPixels before it (Parameter 'inputSchema')")]
    [InlineData("Pixels", "Id", "Schema mismatch for reconstruction column 'Id': expected Vector<Single>, got Int32 (Parameter 'inputSchema')")]
    public void A_missing_or_mistyped_column_is_refused(string target, string reconstruction, string message)
    {
        var estimator = _ml.Transforms.ScoreReconstruction(target, reconstruction, "Mse");
        Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(Data)).Message);
    }

    [Theory]
    [InlineData("Mse", null)]
    [InlineData(null, "Ssim")]
    public void Images_of_different_sizes_are_refused(string? mse, string? ssim)
    {
        var data = _ml.Data.LoadFromEnumerable([new Mixed()]);
        var estimator = _ml.Transforms.ScoreReconstruction("Pixels", "Small", mse, ssimColumnName: ssim);
        Message.Says<ArgumentOutOfRangeException>(
            () => estimator.Fit(data), "reconstruction column 'Small'", "expected Vector<Single, 144>, got Vector<Single, 100>");
        var shaped = _ml.Transforms.ScoreReconstruction("Pixels", "Small", new ReconstructionScoringEstimator.Options { MseColumnName = mse, SsimColumnName = ssim, Shape = new ImageShape(1, 10, 10) });
        Message.Says<ArgumentOutOfRangeException>(
            () => shaped.Fit(data), "target column 'Pixels'", "expected Vector<Single, 100>, got Vector<Single, 144>");
    }

    [Fact]
    public void The_estimator_promises_what_the_transformer_delivers()
    {
        var estimator = _ml.Transforms.ScoreReconstruction("Pixels", "Noisy", "Mse", "Psnr", "Ssim", "Map");
        string[] Describe(SchemaShape shape) =>
            [.. shape.OrderBy(c => c.Name).Select(c => $"{c.Name} {c.Kind} {c.ItemType} {c.IsKey} {string.Join(",", c.Annotations.Select(a => a.Name))}")];
        Assert.Equal(
            Describe(SchemaSpy.ShapeOf(_ml, estimator.Fit(Data).Transform(Data))), Describe(estimator.GetOutputSchema(SchemaSpy.ShapeOf(_ml, Data))));
    }

    [Fact]
    public void Scores_without_unique_names_are_refused()
    {
        Message.Says<ArgumentException>(() => _ml.Transforms.ScoreReconstruction("Pixels", "Noisy"), "No score column", "MseColumnName");
        Message.Says<ArgumentException>(() => _ml.Transforms.ScoreReconstruction("Pixels", "Noisy", ""), "''", "non-empty");
        Message.Says<ArgumentException>(() => _ml.Transforms.ScoreReconstruction("Pixels", "Noisy", "A", ssimColumnName: "A"), "'A'", "different");
    }

    [Theory]
    [InlineData("", "Noisy")]
    [InlineData("Pixels", "")]
    public void Empty_input_names_are_refused(string target, string reconstruction) =>
        Message.Says<ArgumentException>(() => _ml.Transforms.ScoreReconstruction(target, reconstruction, "Mse"), "column name", "empty");

    [Theory]
    [InlineData("Nope", "Noisy", "target column 'Nope'")]
    [InlineData("Pixels", "Nope", "reconstruction column 'Nope'")]
    [InlineData("Name", "Noisy", "target column 'Name'", "Vector<Single>")]
    [InlineData("Pixels", "Name", "reconstruction column 'Name'", "Vector<Single>")]
    public void A_promise_names_the_column_that_does_not_fit(string target, string reconstruction, params string[] words)
    {
        var estimator = _ml.Transforms.ScoreReconstruction(target, reconstruction, "Mse");
        Message.Says<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(SchemaSpy.ShapeOf(_ml, Data)), words);
    }

    [Fact]
    public void A_promise_for_vectors_of_unknown_size_needs_the_shape()
    {
        var shape = SchemaSpy.ShapeOf(_ml, _ml.Data.LoadFromEnumerable([new Unsized()]));
        var options = new ReconstructionScoringEstimator.Options { MseColumnName = "Mse" };
        Message.Says<ArgumentOutOfRangeException>(
            () => _ml.Transforms.ScoreReconstruction("Pixels", "Clean", options).GetOutputSchema(shape), "'Pixels'", "shape");
        Message.Says<ArgumentOutOfRangeException>(
            () => _ml.Transforms.ScoreReconstruction("Sized", "Clean", options).GetOutputSchema(shape), "'Clean'", "shape");
        options.Shape = new ImageShape(1, 10, 10);
        var promised = _ml.Transforms.ScoreReconstruction("Pixels", "Clean", options).GetOutputSchema(shape);
        Assert.Contains("Mse", promised.Select(column => column.Name));
    }

    [Fact]
    public void A_warning_names_the_step()
    {
        var log = new List<string>();
        _ml.Log += (_, e) => log.Add(e.RawMessage);
        _rows[1].Noisy[3] = 5;
        Assert.Equal(Count, Score(Data, "Mse").GetColumn<float>("Mse").Count());
        Assert.Contains(log, line => line.Contains("'Noisy'", StringComparison.Ordinal) && line.Contains("ScoreReconstruction", StringComparison.Ordinal));
    }

    private IDataView Score(IDataView data, string? mse = null, string? psnr = null, string? ssim = null) =>
        _ml.Transforms.ScoreReconstruction("Pixels", "Noisy", mse, psnr, ssim).Fit(data).Transform(data);

    private static float[] Similarity(ImageRow[] rows, ImageShape shape)
    {
        using var scope = NewDisposeScope();
        Tensor Stack(Func<ImageRow, float[]> pixels) => torch.tensor(rows.SelectMany(pixels).ToArray()).reshape(shape.Batch(rows.Length));
        return [.. ImageQuality.StructuralSimilarity(Stack(r => r.Pixels), Stack(r => r.Noisy)).data<double>().ToArray().Select(v => (float)v)];
    }

    private sealed class Scores
    {
        public float Mse { get; set; }

        public float Psnr { get; set; }

        public float Ssim { get; set; }
    }

    private sealed class Ten
    {
        [VectorType(100)]
        public float[] Pixels { get; set; } = new float[100];

        [VectorType(100)]
        public float[] Clean { get; set; } = [.. Enumerable.Repeat(0.5f, 100)];
    }

    private sealed class Flat
    {
        [VectorType(176)]
        public float[] Pixels { get; set; } = [];

        [VectorType(176)]
        public float[] Clean { get; set; } = [];
    }

    private sealed class Unsized
    {
        public float[] Pixels { get; set; } = [];

        public float[] Clean { get; set; } = [];

        [VectorType(100)]
        public float[] Sized { get; set; } = new float[100];
    }

    private sealed class Mixed
    {
        [VectorType(144)]
        public float[] Pixels { get; set; } = new float[144];

        [VectorType(100)]
        public float[] Small { get; set; } = new float[100];
    }
}
