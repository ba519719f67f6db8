using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Augmentation;

public class GaussianNoiseTests
{
    private const int Count = 300;

    private readonly MLContext _ml = new(1);

    [Fact]
    public void Noise_has_mean_zero_and_the_specified_deviation_and_is_normal()
    {
        var noise = NoiseOf(0.1f).SelectMany(r => r).Select(v => v / 0.1).ToArray();
        var n = noise.Length;
        Assert.Equal(Count * Images.Size, n);
        Assert.InRange(noise.Average(), -4 / Math.Sqrt(n), 4 / Math.Sqrt(n));
        // The standard errors of the moments of a normal distribution; that of the fourth is the square root of 96 / n.
        Assert.InRange(noise.Average(v => v * v), 1 - 4 * Math.Sqrt(2.0 / n), 1 + 4 * Math.Sqrt(2.0 / n));
        Assert.InRange(noise.Average(v => v * v * v), -4 * Math.Sqrt(15.0 / n), 4 * Math.Sqrt(15.0 / n));
        Assert.InRange(noise.Average(v => v * v * v * v), 3 - 4 * Math.Sqrt(96.0 / n), 3 + 4 * Math.Sqrt(96.0 / n));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    public void Values_are_clamped_to_the_unit_range(float level)
    {
        var values = Noisy(Images.Gray(Count, level), 0.25f).SelectMany(r => r).ToArray();
        Assert.All(values, v => Assert.InRange(v, 0, 1));
        // Half of the noise leaves the range and is clamped; the other half has the mean of a folded normal distribution.
        Assert.InRange(values.Count(v => v == level) / (double)values.Length, 0.49, 0.51);
        Assert.InRange(values.Average(v => Math.Abs(v - level)), 0.95 * 0.25 / Math.Sqrt(2 * Math.PI), 1.05 * 0.25 / Math.Sqrt(2 * Math.PI));
    }

    [Fact]
    public void Pixels_and_rows_have_independent_noise()
    {
        var noise = NoiseOf(0.1f);
        var neighbors = noise.SelectMany(r => r.Zip(r.Skip(1))).ToArray();
        // Pairs of pixels may be drawn together, so both kinds of neighbors are compared, and their magnitudes too.
        AssertUncorrelated(neighbors.Where((_, i) => i % 2 == 0));
        AssertUncorrelated(neighbors.Where((_, i) => i % 2 == 1));
        AssertUncorrelated(neighbors.Select(p => (p.First * p.First, p.Second * p.Second)));
        AssertUncorrelated(noise.Zip(noise.Skip(1)).SelectMany(rows => rows.First.Zip(rows.Second)));
        AssertUncorrelated(noise.Zip(noise.Skip(256)).SelectMany(rows => rows.First.Zip(rows.Second)));
    }

    [Fact]
    public void Copies_of_a_row_have_independent_noise()
    {
        var data = _ml.Data.LoadFromEnumerable(Images.Gray(100));
        var pipeline = _ml.Transforms.RotateImages("Pixels", copies: 1, degrees: 0).Append(_ml.Transforms.AddGaussianNoise("Added", "Pixels", 0.1, seed: 1));
        var noise = pipeline.Fit(data).Transform(data).GetColumn<float[]>("Added").Select(r => Array.ConvertAll(r, v => v - 0.5)).ToArray();
        AssertUncorrelated(Enumerable.Range(0, 100).SelectMany(i => noise[2 * i].Zip(noise[2 * i + 1])));
    }

    [Fact]
    public void Another_seed_makes_other_noise()
    {
        AssertUncorrelated(NoiseOf(0.1f, 1).Zip(NoiseOf(0.1f, 2)).SelectMany(rows => rows.First.Zip(rows.Second)));
        Assert.Equal(NoiseOf(0.1f, 1), NoiseOf(0.1f, 1));
    }

    [Fact]
    public void The_seed_of_the_context_decides_where_none_is_given()
    {
        string[] Values(int seed)
        {
            var ml = new MLContext(seed);
            var data = Images.View(ml, 10);
            return RowReads.Values(ml.Transforms.AddGaussianNoise("Added", "Pixels").Fit(data).Transform(data), "Added");
        }

        Assert.Equal(Values(1), Values(1));
        Assert.NotEqual(Values(1), Values(2));
    }

    [Fact]
    public void A_row_has_the_same_noise_whatever_the_order_the_cursor_and_the_thread()
    {
        var data = _ml.Data.LoadFromEnumerable(Images.Rows(Count, 6));
        IDataView Add(IDataView view) => new MLContext().Transforms.AddGaussianNoise("Added", "Pixels", seed: 5).Fit(view).Transform(view);
        var view = Add(data);
        var expected = RowReads.Rows(view, "Added").ToDictionary(r => r.Id, r => r.Value);
        void AssertSame(IEnumerable<CursorRow> rows) => Assert.All(rows, r => Assert.Equal(expected[r.Id], r.Value));
        AssertSame(RowReads.Rows(view.GetRowCursor(view.Schema), "Added"));
        AssertSame(RowReads.Rows(Add(_ml.Data.SkipRows(data, 7)), "Added"));
        var spread = Add(new SpyView(data, sets: 3));
        var sets = spread.GetRowCursorSet([spread.Schema["Added"]], 3).SelectMany(c => RowReads.Rows(c, "Added")).ToArray();
        Assert.Equal(Count, sets.Length);
        AssertSame(sets);
        Parallel.For(0, 4, _ => AssertSame(RowReads.Rows(view, "Added")));

        var garments = Add(Images.Garments(_ml));
        var (ordered, shuffled) = (RowReads.Rows(garments, "Added"), RowReads.Rows(garments, "Added", new Random(3)));
        Assert.NotEqual(ordered.Select(r => r.Id), shuffled.Select(r => r.Id));
        Assert.Equal(ordered.Select(r => (r.Id, r.Value)).ToHashSet(), shuffled.Select(r => (r.Id, r.Value)).ToHashSet());
    }

    [Fact]
    public void An_engine_adds_the_noise_of_a_view_to_the_row_of_the_same_number()
    {
        var rows = Images.Rows(20, 6);
        var data = _ml.Data.LoadFromEnumerable(rows);
        var transformer = _ml.Transforms.AddGaussianNoise("Added", "Pixels", seed: 5).Fit(data);
        using var engine = _ml.Model.CreatePredictionEngine<ImageRow, AddedRow>(transformer);
        Assert.Equal(RowReads.Values(transformer.Transform(data), "Added"), rows.Select(r => RowReads.Bits(engine.Predict(r).Added)));
    }

    [Fact]
    public void Noise_is_the_same_every_time_that_a_value_is_read()
    {
        var data = Images.View(_ml, 3);
        var view = _ml.Transforms.AddGaussianNoise("Added", "Pixels").Fit(data).Transform(data);
        using var cursor = view.GetRowCursor([view.Schema["Added"]]);
        var get = cursor.GetGetter<VBuffer<float>>(view.Schema["Added"]);
        var (first, again) = (default(VBuffer<float>), default(VBuffer<float>));
        Assert.True(cursor.MoveNext());
        get(ref first);
        get(ref again);
        Assert.Equal(first.DenseValues(), again.DenseValues());
    }

    [Fact]
    public void A_factor_of_nothing_changes_no_bit()
    {
        var rows = Images.Rows(20);
        Assert.Equal(rows.Select(r => RowReads.Bits(r.Noisy)), Noisy(rows, 0, "Noisy").Select(RowReads.Bits));
    }

    [Fact]
    public void The_input_is_left_as_it_is_unless_the_output_hides_it()
    {
        var rows = Images.Rows(20);
        var data = _ml.Data.LoadFromEnumerable(rows);
        var added = _ml.Transforms.AddGaussianNoise("Added", "Pixels", seed: 1).Fit(data).Transform(data);
        Assert.Equal(rows.Select(r => r.Pixels), added.GetColumn<float[]>("Pixels"));
        var hiding = _ml.Transforms.AddGaussianNoise("Pixels", seed: 1).Fit(data).Transform(data);
        Assert.True(hiding.Schema[1].IsHidden);
        Assert.Equal(RowReads.Values(added, "Added"), RowReads.Values(hiding, "Pixels"));
    }

    [Fact]
    public void Vectors_of_odd_size_get_noise_in_every_value()
    {
        var rows = Enumerable.Range(0, 400).Select(_ => new Odd()).ToArray();
        var data = _ml.Data.LoadFromEnumerable(rows);
        var view = _ml.Transforms.AddGaussianNoise("Seven", standardDeviation: 0.1f, seed: 1).Append(_ml.Transforms.AddGaussianNoise("One", standardDeviation: 0.1f, seed: 2)).Fit(data).Transform(data);
        foreach (var (column, size) in new[] { ("Seven", 7), ("One", 1) })
            for (var place = 0; place < size; place++)
            {
                var values = view.GetColumn<float[]>(column).Select(v => (v[place] - 0.5) / 0.1).ToArray();
                Assert.InRange(values.Average(), -4 / Math.Sqrt(values.Length), 4 / Math.Sqrt(values.Length));
                Assert.InRange(values.Average(v => v * v), 1 - 4 * Math.Sqrt(2.0 / values.Length), 1 + 4 * Math.Sqrt(2.0 / values.Length));
            }
    }

    [Fact]
    public void A_sparse_vector_gets_the_noise_of_a_dense_one()
    {
        var sparse = _ml.Data.LoadFromEnumerable([new Sparse { Pixels = new VBuffer<float>(9, 2, [0.5f, 1f], [3, 7]) }]);
        var dense = _ml.Data.LoadFromEnumerable([new Sparse { Pixels = new VBuffer<float>(9, [0, 0, 0, 0.5f, 0, 0, 0, 1f, 0]) }]);
        string[] Values(IDataView data) => RowReads.Values(_ml.Transforms.AddGaussianNoise("Pixels", seed: 1).Fit(data).Transform(data), "Pixels");
        Assert.Equal(Values(dense), Values(sparse));
    }

    [Fact]
    public void A_value_out_of_range_is_named_by_its_slot_also_in_a_sparse_vector()
    {
        var warnings = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        var data = _ml.Data.LoadFromEnumerable([new Sparse { Pixels = new VBuffer<float>(9, 2, [0.5f, 40f], [3, 7]) }]);
        RowReads.Values(_ml.Transforms.AddGaussianNoise("Pixels", seed: 1).Fit(data).Transform(data), "Pixels");
        Message.Says(Assert.Single(warnings), "'Pixels'", "value 40", "slot 7");
    }

    [Fact]
    public void Only_its_input_is_read_and_only_if_the_noise_is_active()
    {
        var spy = new SpyView(Images.View(_ml, 10));
        var view = _ml.Transforms.AddGaussianNoise("Added", "Pixels").Fit(spy).Transform(spy);
        RowReads.Rows(view, "Id");
        Assert.Equal(["Id"], spy.Getters);
        RowReads.Rows(view, "Added");
        Assert.Equal(["Id", "Pixels"], spy.Getters);
    }

    [Fact]
    public void The_estimator_promises_what_the_transformer_delivers()
    {
        var data = Images.View(_ml, 3);
        var estimator = _ml.Transforms.AddGaussianNoise("Added", "Pixels");
        var promised = estimator.GetOutputSchema(SchemaSpy.ShapeOf(_ml, data));
        var view = estimator.Fit(data).Transform(data);
        string[] Describe(SchemaShape shape) =>
            [.. shape.OrderBy(c => c.Name).Select(c => $"{c.Name} {c.Kind} {c.ItemType} {c.IsKey} {string.Join(",", c.Annotations.Select(a => a.Name))}")];
        Assert.Equal(Describe(SchemaSpy.ShapeOf(_ml, view)), Describe(promised));
        Assert.Equal("Vector<Single, 144>", $"{view.Schema["Added"].Type}");
    }

    [Theory]
    [InlineData("Nope", "input column 'Nope'")]
    [InlineData("Id", "input column 'Id'", "expected Vector<Single>, got Int32")]
    public void A_missing_or_mistyped_column_is_refused(string column, params string[] promised)
    {
        var estimator = _ml.Transforms.AddGaussianNoise("Added", column);
        Message.Says<ArgumentOutOfRangeException>(() => estimator.Fit(Images.View(_ml, 3)), promised);
    }

    [Fact]
    public void Arguments_that_make_no_sense_are_refused_when_they_are_given()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.AddGaussianNoise("Added", "Pixels", -0.1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.AddGaussianNoise("Added", "Pixels", float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.AddGaussianNoise("Added", "Pixels", float.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => _ml.Transforms.AddGaussianNoise("", "Pixels"));
    }

    [Fact]
    public void NaN_stays_and_infinite_values_are_clamped()
    {
        var rows = Images.Gray(1);
        (rows[0].Pixels[1], rows[0].Pixels[2], rows[0].Pixels[3]) = (float.NaN, float.PositiveInfinity, float.NegativeInfinity);
        var noisy = Noisy(rows, 0.1f)[0];
        Assert.Equal([float.NaN, 1, 0], noisy[1..4]);
        Assert.All(noisy[4..], value => Assert.InRange(value, 0, 1));
    }

    /// <summary>The noise on mid-gray with a standard deviation of a tenth of the range, which is never clamped.</summary>
    private double[][] NoiseOf(float factor, int seed = 1) => Array.ConvertAll(Noisy(Images.Gray(Count), factor, seed: seed), r => Array.ConvertAll(r, v => v - 0.5));

    private float[][] Noisy(ImageRow[] rows, float factor, string column = "Pixels", int seed = 1)
    {
        var data = _ml.Data.LoadFromEnumerable(rows);
        return [.. _ml.Transforms.AddGaussianNoise("Added", column, factor, seed).Fit(data).Transform(data).GetColumn<float[]>("Added")];
    }

    private static void AssertUncorrelated(IEnumerable<(double, double)> pairs)
    {
        var (a, b) = (pairs.Select(p => p.Item1).ToArray(), pairs.Select(p => p.Item2).ToArray());
        var (meanA, meanB) = (a.Average(), b.Average());
        var covariance = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum();
        var correlation = covariance / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
        Assert.InRange(correlation, -4 / Math.Sqrt(a.Length), 4 / Math.Sqrt(a.Length));
    }

    private sealed class AddedRow
    {
        public float[] Added { get; set; } = [];
    }

    private sealed class Odd
    {
        [VectorType(7)]
        public float[] Seven { get; set; } = [0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f];

        [VectorType(1)]
        public float[] One { get; set; } = [0.5f];
    }

    private sealed class Sparse
    {
        [VectorType(9)]
        public VBuffer<float> Pixels { get; set; }
    }
}
