using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Imaging;

public class ScalePixelsTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void Pixels_of_every_type_become_the_same_shares_of_255()
    {
        Prop.ForAll(Gen.Choose(0, 255).ArrayOf(12).ToArbitrary(), levels =>
        {
            foreach (var invert in new[] { false, true })
            {
                var data = _ml.Data.LoadFromEnumerable([new Row
                {
                    Bytes = [.. levels.Select(v => (byte)v)],
                    Integers = levels,
                    Numbers = [.. levels.Select(v => (float)v)],
                    Doubles = [.. levels.Select(v => (double)v)],
                }]);
                var options = new PixelScalingEstimator.Options { Invert = invert };
                var expected = levels.Select(v => (float)((invert ? 255 - v : v) / 255.0));
                foreach (var (column, type) in new[]
                {
                    ("Bytes", "Vector<Single, 12>"), ("Integers", "Vector<Single, 12>"),
                    ("Numbers", "Vector<Single, 3, 4>"), ("Doubles", "Vector<Single, 2, 6>"),
                })
                {
                    var view = _ml.Transforms.ScalePixels("Scaled", column, options).Fit(data).Transform(data);
                    Assert.Equal(expected, view.GetColumn<float[]>("Scaled").Single());
                    Assert.Equal(type, $"{view.Schema["Scaled"].Type}");
                }
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Values_of_no_byte_are_scaled_too_and_a_vector_of_unknown_size_stays_one()
    {
        var data = _ml.Data.LoadFromEnumerable([new Loose { Numbers = [0.5f, 254.25f] }, new Loose { Numbers = [510, -255, float.NaN] }]);
        var view = _ml.Transforms.ScalePixels("Numbers").Fit(data).Transform(data);
        Assert.Equal([[0.5f / 255, 254.25f / 255], [2, -1, float.NaN]], view.GetColumn<float[]>("Numbers"));
        Assert.False(((VectorDataViewType)view.Schema["Numbers"].Type).IsKnownSize);
    }

    [Fact]
    public void Other_integers_and_doubles_are_scaled_by_their_formula()
    {
        var row = new LooseRow { Integers = [int.MinValue, -1, 0, 1, 256, 65535, int.MaxValue], Doubles = [0.3, -1e300, 254.25, double.NaN] };
        var data = _ml.Data.LoadFromEnumerable([row]);
        float[] Scaled(string column) => _ml.Transforms.ScalePixels(column).Fit(data).Transform(data).GetColumn<float[]>(column).Single();
        Assert.Equal(row.Integers.Select(v => (float)(v / 255.0)), Scaled("Integers"));
        Assert.Equal(row.Doubles.Select(v => (float)(v / 255)), Scaled("Doubles"));
    }

    [Fact]
    public void Estimators_promise_what_they_deliver_for_every_type_and_a_saved_model_answers_the_same()
    {
        var row = new Row { Bytes = new byte[12], Integers = [.. Enumerable.Range(0, 12)], Numbers = new float[12], Doubles = new double[12] };
        var data = _ml.Data.LoadFromEnumerable([row]);
        foreach (var column in new[] { "Bytes", "Integers", "Numbers", "Doubles" })
        {
            var estimator = _ml.Transforms.ScalePixels("Scaled", column, new PixelScalingEstimator.Options { Invert = true });
            var model = estimator.Fit(data);
            var promised = estimator.GetOutputSchema(SchemaSpy.ShapeOf(_ml, data)).Single(c => c.Name == "Scaled");
            var delivered = SchemaSpy.ShapeOf(_ml, model.Transform(data)).Single(c => c.Name == "Scaled");
            Assert.Equal((delivered.Kind, delivered.ItemType), (promised.Kind, promised.ItemType));

            using var file = new MemoryStream();
            _ml.Model.Save(model, data.Schema, file);
            file.Position = 0;
            var loaded = _ml.Model.Load(file, out _);
            Assert.Equal(
                model.Transform(data).GetColumn<float[]>("Scaled").Single(), loaded.Transform(data).GetColumn<float[]>("Scaled").Single());
        }
    }

    [Fact]
    public void Zeros_that_a_vector_leaves_out_are_scaled_as_others_are()
    {
        var data = _ml.Data.LoadFromEnumerable([new Sparse { Numbers = new VBuffer<float>(5, 2, [51, 255], [1, 3]) }]);
        float[] Scaled(bool invert) => _ml.Transforms.ScalePixels("Numbers", null, new PixelScalingEstimator.Options { Invert = invert })
            .Fit(data).Transform(data).GetColumn<float[]>("Numbers").Single();
        Assert.Equal([0, 0.2f, 0, 1, 0], Scaled(false));
        Assert.Equal([1, 0.8f, 1, 0, 1], Scaled(true));
        var integers = _ml.Data.LoadFromEnumerable([new SparseIntegers { Numbers = new VBuffer<int>(5, 2, [51, 255], [1, 3]) }]);
        var view = _ml.Transforms.ScalePixels("Numbers").Fit(integers).Transform(integers);
        Assert.Equal([0, 0.2f, 0, 1, 0], view.GetColumn<float[]>("Numbers").Single());
    }

    [Fact]
    public void A_column_of_something_else_is_refused()
    {
        var data = Images.View(_ml, 1);
        Message.Says<ArgumentOutOfRangeException>(
            () => _ml.Transforms.ScalePixels("Out", "Name").Fit(data),
            "input column 'Name'", "Vector<Single> or Vector<Byte> or Vector<Int32> or Vector<Double>, got String", "append ml.Transforms.LoadPixels");
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.ScalePixels("Out", "Nope").Fit(data));
        Assert.Throws<ArgumentException>(() => _ml.Transforms.ScalePixels(""));
    }

    /// <summary>
    /// Shows why data outside [0, 1] should not be scaled with NormalizeMinMax: it divides each pixel by the largest training value at its
    /// position, so an error of one gray level has a different weight at each position.
    /// </summary>
    [Fact]
    public void NormalizeMinMax_makes_an_error_at_a_dark_place_as_large_as_the_image()
    {
        // A bright left half, and a right half that never exceeds 5. An error of 5 there is 5 / 255 of the range.
        Pair[] rows = [new() { Target = [255, 255, 5, 5], Decoded = [255, 255, 0, 0] }, new() { Target = [0, 0, 0, 0], Decoded = [0, 0, 0, 0] }];
        var data = _ml.Data.LoadFromEnumerable(rows);
        float Error(IEstimator<ITransformer> target, IEstimator<ITransformer> decoded) =>
            target.Append(decoded).Append(_ml.Transforms.ScoreReconstruction("Target", "Decoded", "Mse")).Fit(data).Transform(data).GetColumn<float>("Mse").First();

        Assert.Equal(2 * Math.Pow(5 / 255.0, 2) / 4, Error(_ml.Transforms.ScalePixels("Target"), _ml.Transforms.ScalePixels("Decoded")), 1e-8);
        var joined = _ml.Data.LoadFromEnumerable(rows.Select(row => new Pair { Target = row.Target, Decoded = row.Target }));
        var normalize = _ml.Transforms.NormalizeMinMax("Target").Append(_ml.Transforms.NormalizeMinMax("Decoded")).Fit(joined);
        var view = normalize.Append(_ml.Transforms.ScoreReconstruction("Target", "Decoded", "Mse").Fit(normalize.Transform(data))).Transform(data);
        Assert.Equal(0.5, view.GetColumn<float>("Mse").First(), 1e-6);
    }

    private sealed class Row
    {
        [VectorType(12)]
        public byte[] Bytes { get; set; } = [];

        [VectorType(12)]
        public int[] Integers { get; set; } = [];

        [VectorType(3, 4)]
        public float[] Numbers { get; set; } = [];

        [VectorType(2, 6)]
        public double[] Doubles { get; set; } = [];
    }

    private sealed class LooseRow
    {
        public int[] Integers { get; set; } = [];

        public double[] Doubles { get; set; } = [];
    }

    private sealed class Loose
    {
        public float[] Numbers { get; set; } = [];
    }

    private sealed class Sparse
    {
        [VectorType(5)]
        public VBuffer<float> Numbers { get; set; }
    }

    private sealed class SparseIntegers
    {
        [VectorType(5)]
        public VBuffer<int> Numbers { get; set; }
    }

    private sealed class Pair
    {
        [VectorType(4)]
        public float[] Target { get; set; } = [];

        [VectorType(4)]
        public float[] Decoded { get; set; } = [];
    }
}
