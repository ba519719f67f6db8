using FashionAE.MLNet.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Imaging;

public class ScalePixelsTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void Bytes_and_numbers_become_the_same_shares_of_255()
    {
        Prop.ForAll(Gen.Choose(0, 255).ArrayOf(12).ToArbitrary(), levels =>
        {
            foreach (var invert in new[] { false, true })
            {
                var data = _ml.Data.LoadFromEnumerable([new Row { Bytes = [.. levels.Select(v => (byte)v)], Numbers = [.. levels.Select(v => (float)v)] }]);
                var options = new PixelScalingEstimator.Options { Invert = invert };
                var pipeline = _ml.Transforms.ScalePixels("FromBytes", "Bytes", options).Append(_ml.Transforms.ScalePixels("FromNumbers", "Numbers", options));
                var view = pipeline.Fit(data).Transform(data);
                var expected = levels.Select(v => (float)((invert ? 255 - v : v) / 255.0));
                foreach (var column in new[] { "FromBytes", "FromNumbers" })
                    Assert.Equal(expected, view.GetColumn<float[]>(column).Single());
                Assert.Equal(["Vector<Single, 12>", "Vector<Single, 3, 4>"], new[] { "FromBytes", "FromNumbers" }.Select(c => $"{view.Schema[c].Type}"));
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
    public void Zeros_that_a_vector_leaves_out_are_scaled_as_others_are()
    {
        var data = _ml.Data.LoadFromEnumerable([new Sparse { Numbers = new VBuffer<float>(5, 2, [51, 255], [1, 3]) }]);
        float[] Scaled(bool invert) => _ml.Transforms.ScalePixels("Numbers", null, new PixelScalingEstimator.Options { Invert = invert })
            .Fit(data).Transform(data).GetColumn<float[]>("Numbers").Single();
        Assert.Equal([0, 0.2f, 0, 1, 0], Scaled(false));
        Assert.Equal([1, 0.8f, 1, 0, 1], Scaled(true));
    }

    [Fact]
    public void A_column_of_something_else_is_refused()
    {
        var data = Images.View(_ml, 1);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.ScalePixels("Out", "Extra").Fit(data));
        Assert.StartsWith("Schema mismatch for input column 'Extra': expected Vector<Single> or Vector<Byte>, got Vector<Double, 3>", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.ScalePixels("Out", "Nope").Fit(data));
        Assert.Throws<ArgumentException>(() => _ml.Transforms.ScalePixels(""));
    }

    /// <summary>
    /// Why data out of [0, 1] are not sent to NormalizeMinMax: it divides every pixel by the largest value that this place has in the training
    /// data, so that an error of one gray level weighs differently from place to place.
    /// </summary>
    [Fact]
    public void NormalizeMinMax_makes_an_error_at_a_dark_place_as_large_as_the_image()
    {
        // A bright left half, and a right half that is never brighter than 5; what is off by 5 there is off by 5 / 255 of the range.
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

        [VectorType(3, 4)]
        public float[] Numbers { get; set; } = [];
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

    private sealed class Pair
    {
        [VectorType(4)]
        public float[] Target { get; set; } = [];

        [VectorType(4)]
        public float[] Decoded { get; set; } = [];
    }
}
