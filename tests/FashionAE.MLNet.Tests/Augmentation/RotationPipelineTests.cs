using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Augmentation;

public class RotationPipelineTests
{
    private const int Count = 30;

    private readonly MLContext _ml = new(1);
    private readonly ImageRow[] _rows = Images.Rows(Count, 4);

    private IDataView Data => _ml.Data.LoadFromEnumerable(_rows);

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_transformer_that_multiplies_rows_maps_no_single_row(int copies, bool keepOriginals)
    {
        var transformer = _ml.Transforms.RotateImages("Turned", "Pixels", new ImageRotatingEstimator.Options { Copies = copies, KeepOriginals = keepOriginals }).Fit(Data);
        Assert.False(transformer.IsRowToRowMapper);
        Assert.Contains("GetModelFor", Assert.Throws<InvalidOperationException>(() => transformer.GetRowToRowMapper(Data.Schema)).Message);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Model.CreatePredictionEngine<ImageRow, TurnedRow>(transformer));
        Assert.Equal("Must be a row to row mapper (Parameter 'transformer')", error.Message);
    }

    [Fact]
    public void A_single_copy_without_the_original_works_in_an_engine_as_in_a_view()
    {
        var transformer = _ml.Transforms.RotateImages("Turned", "Pixels", new ImageRotatingEstimator.Options { Copies = 1, KeepOriginals = false, Seed = 3 }).Fit(Data);
        Assert.True(transformer.IsRowToRowMapper);
        var expected = RowReads.Values(transformer.Transform(Data), "Turned");
        Assert.Equal(Count, expected.Length);
        // A prediction engine numbers its rows like a view.
        using var engine = _ml.Model.CreatePredictionEngine<ImageRow, TurnedRow>(transformer);
        Assert.Equal(expected, _rows.Select(r => RowReads.Bits(engine.Predict(r).Turned)));
    }

    [Fact]
    public void A_single_copy_without_the_original_leaves_the_ids_of_the_rows()
    {
        var view = _ml.Transforms.RotateImages("Turned", "Pixels", new ImageRotatingEstimator.Options { Copies = 1, KeepOriginals = false }).Fit(Data).Transform(Data);
        Assert.Equal(RowReads.Rows(Data, "Id"), RowReads.Rows(view, "Id"));
        Assert.Equal(RowReads.Rows(Data, "Id").Select(r => (r.Id, r.Position)), RowReads.Rows(view, "Turned").Select(r => (r.Id, r.Position)));
    }

    [Fact]
    public void An_output_may_have_the_name_of_its_input_and_hides_it()
    {
        var view = _ml.Transforms.RotateImages("Pixels", copies: 2, seed: 1).Fit(Data).Transform(Data);
        Assert.Equal(Count * 3, view.GetColumn<float[]>("Pixels").Count());
        Assert.True(view.Schema[1].IsHidden);
        Assert.Equal(["Id", "Pixels", "Noisy", "Name", "Extra", "Pixels"], view.Schema.Select(c => c.Name));
        Assert.Equal(RowReads.Values(_ml.Transforms.RotateImages("Turned", "Pixels", 2, seed: 1).Fit(Data).Transform(Data), "Turned"), RowReads.Values(view, "Pixels"));
    }

    [Fact]
    public void The_estimator_promises_what_the_transformer_delivers()
    {
        var estimator = _ml.Transforms.RotateImages("Turned", "Pixels");
        var promised = estimator.GetOutputSchema(SchemaSpy.ShapeOf(_ml, Data));
        var transformer = estimator.Fit(Data);
        var delivered = SchemaSpy.ShapeOf(_ml, transformer.Transform(Data));
        string[] Describe(SchemaShape shape) =>
            [.. shape.OrderBy(c => c.Name).Select(c => $"{c.Name} {c.Kind} {c.ItemType} {c.IsKey} {string.Join(",", c.Annotations.Select(a => a.Name))}")];
        Assert.Equal(Describe(delivered), Describe(promised));
        Assert.Equal(transformer.Transform(Data).Schema.Select(c => $"{c}"), transformer.GetOutputSchema(Data.Schema).Select(c => $"{c}"));
    }

    [Fact]
    public void With_the_scope_of_training_a_chain_trains_on_the_multiplied_rows_and_scores_the_rows_alone()
    {
        var spy = new RowSpy(_ml, "Pixels");
        var pipeline = _ml.Transforms.CopyColumns("Original", "Pixels")
            .Append(_ml.Transforms.RotateImages("Pixels", copies: 3, seed: 1), TransformerScope.Training)
            .Append(spy);
        var model = pipeline.Fit(Data);
        Assert.Equal(RowReads.Values(_ml.Transforms.RotateImages("Pixels", copies: 3, seed: 1).Fit(Data).Transform(Data), "Pixels"), spy.Seen);
        Assert.Equal(_rows.Select(r => RowReads.Bits(r.Pixels)), RowReads.Values(model.Transform(Data), "Pixels"));

        Assert.False(((ITransformer)model).IsRowToRowMapper);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Model.CreatePredictionEngine<ImageRow, TurnedRow>(model));
        using var engine = _ml.Model.CreatePredictionEngine<ImageRow, PixelsRow>(model.GetModelFor(TransformerScope.Scoring));
        Assert.Equal(_rows[3].Pixels, engine.Predict(_rows[3]).Pixels);
    }

    [Fact]
    public void With_the_scope_of_everything_a_chain_scores_the_multiplied_rows()
    {
        var model = _ml.Transforms.CopyColumns("Original", "Pixels").Append(_ml.Transforms.RotateImages("Pixels", copies: 3)).Fit(Data);
        Assert.Equal(Count * 4, RowReads.Rows(model.Transform(Data), "Pixels").Count);
    }

    [Fact]
    public void An_autoencoder_behind_it_learns_from_originals_and_copies()
    {
        var pipeline = _ml.Transforms.RotateImages("Pixels", copies: 2, degrees: 0)
            .AppendCacheCheckpoint(_ml)
            .Append(_ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options(new RecordingArchitecture(Images.Shape))));
        using var model = pipeline.Fit(Data);
        var sums = RecordingAutoencoder.Of(model.LastTransformer).Sums;
        var expected = _rows.SelectMany(r => Enumerable.Repeat((double)r.Pixels.Sum(), 3)).Order();
        Assert.Equal(Count * 3, sums.Count);
        Assert.All(expected.Zip(sums.Order()), p => Assert.Equal(p.First, p.Second, 1e-3));
    }

    [Fact]
    public void Rows_that_were_multiplied_twice_still_have_unique_ids()
    {
        var pipeline = _ml.Transforms.RotateImages("Pixels", copies: 2, seed: 1).Append(_ml.Transforms.RotateImages("Pixels", copies: 3, seed: 1));
        var rows = RowReads.Rows(pipeline.Fit(Data).Transform(Data), "Pixels");
        Assert.Equal(Count * 12, rows.Select(r => r.Id).Distinct().Count());
        Assert.Equal(Enumerable.Range(0, Count * 12).Select(i => (long)i), rows.Select(r => r.Position));
    }

    [Fact]
    public void Cross_validation_multiplies_the_rows_that_it_holds_out_whatever_the_scope()
    {
        var data = _ml.Data.LoadFromEnumerable(Images.Halves(40));
        var pipeline = _ml.Transforms.RotateImages("Pixels", copies: 2, degrees: 20, seed: 1);
        var trainer = _ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", "Pixels");
        var folds = _ml.MulticlassClassification.CrossValidate(
            data, new EstimatorChain<ITransformer>().Append(pipeline, TransformerScope.Training).Append(trainer), numberOfFolds: 2, labelColumnName: "Label");
        Assert.Equal(2, folds.Count);
        Assert.Equal(40 * 3, folds.Sum(f => f.ScoredHoldOutSet.GetColumn<uint>("Label").Count()));
        Assert.All(folds, f => Assert.InRange(f.Metrics.MicroAccuracy, 0.8, 1));
        // The model of a fold does not multiply rows, and neither do custom folds.
        Assert.All(folds, f => Assert.Equal(40, f.Model.Transform(data).GetColumn<uint>("Label").Count()));
    }

    [Theory]
    [InlineData("Nope", "input column 'Nope'")]
    [InlineData("Name", "input column 'Name'", "expected Vector<Single>, got String", "append ml.Transforms.LoadPixels")]
    public void A_missing_or_mistyped_column_is_refused(string column, params string[] promised)
    {
        var estimator = _ml.Transforms.RotateImages("Turned", column);
        Message.Says<ArgumentOutOfRangeException>(() => estimator.Fit(Data), promised);
        Message.Says<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(SchemaSpy.ShapeOf(_ml, Data)), promised);
    }

    [Fact]
    public void Vectors_of_unknown_size_and_those_of_no_shape_are_refused()
    {
        var estimator = _ml.Transforms.RotateImages("Turned", "Pixels");
        Message.Says<ArgumentOutOfRangeException>(
            () => estimator.Fit(_ml.Data.LoadFromEnumerable([new PixelsRow()])),
            "input column 'Pixels'", "expected Vector<Single>, got VarVector<Single>", "'shape'", "option Shape");
        var small = _ml.Data.LoadFromEnumerable([new Small()]);
        var shapeless = Assert.Throws<InvalidOperationException>(() => estimator.Fit(small));
        Assert.Contains("'Pixels'", shapeless.Message);
        Assert.Contains("shape", shapeless.Message);
        Assert.DoesNotContain("Architecture", shapeless.Message);
        var other = _ml.Transforms.RotateImages("Turned", "Pixels", new ImageRotatingEstimator.Options { Shape = new ImageShape(1, 5, 5) });
        Message.Says<ArgumentOutOfRangeException>(() => other.Fit(small), "input column 'Pixels'", "expected Vector<Single, 25>, got Vector<Single, 6>");
        Assert.Equal(6, _ml.Transforms.RotateImages("Turned", "Pixels", new ImageRotatingEstimator.Options { Shape = new ImageShape(1, 2, 3) }).Fit(small).Transform(small).GetColumn<float[]>("Turned").First().Length);
    }

    [Fact]
    public void NaN_and_infinite_values_are_moved_like_others()
    {
        var rows = Images.Rows(1);
        (rows[0].Pixels[1], rows[0].Pixels[2]) = (float.NaN, float.PositiveInfinity);
        var turned = _ml.Transforms.RotateImages("Turned", "Pixels", copies: 1, degrees: 0)
            .Fit(Data).Transform(_ml.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Turned");
        Assert.All(turned, pixels => Assert.Equal(rows[0].Pixels, pixels));
    }

    [Fact]
    public void A_fitted_transformer_refuses_other_columns_immediately()
    {
        var transformer = _ml.Transforms.RotateImages("Turned", "Noisy").Fit(Data);
        var other = _ml.Data.LoadFromEnumerable([new Small()]);
        Assert.Throws<ArgumentOutOfRangeException>(() => transformer.Transform(other));
        Assert.Throws<ArgumentOutOfRangeException>(() => transformer.GetOutputSchema(other.Schema));
    }

    [Fact]
    public void Arguments_that_make_no_sense_are_refused_when_they_are_given()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.RotateImages("Turned", "Pixels", copies: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.RotateImages("Turned", "Pixels", degrees: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.RotateImages("Turned", "Pixels", degrees: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.RotateImages("Turned", "Pixels", degrees: double.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => _ml.Transforms.RotateImages("", "Pixels"));
    }

    private sealed class TurnedRow
    {
        public float[] Turned { get; set; } = [];
    }

    private sealed class PixelsRow
    {
        public float[] Pixels { get; set; } = [];
    }

    private sealed class Small
    {
        [VectorType(6)]
        public float[] Pixels { get; set; } = new float[6];
    }
}
