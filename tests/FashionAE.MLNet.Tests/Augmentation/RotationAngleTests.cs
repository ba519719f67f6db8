using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Augmentation;

/// <summary>Tests the rotation angles: each copy is compared with an image's rotations by all angles, in small steps.</summary>
[Trait("Pace", "slow")]
public class RotationAngleTests
{
    private const double Degrees = 30;

    private readonly MLContext _ml = new(1);

    [Fact]
    public void A_copy_is_the_image_turned_by_an_angle_between_the_limits()
    {
        var (angles, errors) = Angles(Turned(Smooth(Images.Shape), 200, 5), Smooth(Images.Shape), Images.Shape);
        Assert.Equal(1000, angles.Length);
        Assert.InRange(errors.Max(), 0, 0.01);
        Assert.InRange(angles.Min(), -Degrees - 0.05, -0.97 * Degrees);
        Assert.InRange(angles.Max(), 0.97 * Degrees, Degrees + 0.05);
    }

    [Fact]
    public void Angles_are_uniform_and_those_of_one_row_independent()
    {
        var (angles, _) = Angles(Turned(Smooth(Images.Shape), 200, 5), Smooth(Images.Shape), Images.Shape);
        // The statistic of Kolmogorov and Smirnov, with its 1 % point.
        var distance = angles.Order().Select((angle, i) => Math.Abs((angle + Degrees) / (2 * Degrees) - (i + 0.5) / angles.Length)).Max();
        Assert.InRange(distance, 0, 1.63 / Math.Sqrt(angles.Length));
        var (first, second) = (angles.Where((_, i) => i % 5 == 0).ToArray(), angles.Where((_, i) => i % 5 == 1).ToArray());
        var deviation = Degrees / Math.Sqrt(3);
        Assert.InRange(first.Zip(second, (a, b) => a * b).Average() / (deviation * deviation), -4 / Math.Sqrt(first.Length), 4 / Math.Sqrt(first.Length));
    }

    [Fact]
    public void Nearest_interpolation_copies_its_values_from_the_original()
    {
        var random = new Random(7);
        var original = Array.ConvertAll(new float[Images.Size], _ => random.NextSingle());
        var known = original.Append(0).ToHashSet();
        var nearest = Turned(original, 40, 3, Interpolation.Nearest);
        Assert.All(nearest, copy => Assert.All(copy, value => Assert.Contains(value, known)));
        // Angles do not depend on the interpolation. The step of the table moves one or two pixels to a neighbor.
        var (angles, _) = Angles(Turned(Smooth(Images.Shape), 40, 3), Smooth(Images.Shape), Images.Shape);
        var expected = Rotate(original, angles, Images.Shape, Interpolation.Nearest);
        Assert.All(nearest.Zip(expected), pair => Assert.InRange(pair.First.Zip(pair.Second).Count(p => p.First != p.Second), 0, 8));
        Assert.True(nearest.Zip(expected).Average(pair => pair.First.Zip(pair.Second).Count(p => p.First != p.Second)) < 2);
    }

    [Fact]
    public void Nearest_interpolation_is_the_default()
    {
        var rows = Images.Rows(10);
        var data = _ml.Data.LoadFromEnumerable(rows);
        string[] Values(Interpolation? interpolation) => RowReads.Values(
            (interpolation is { } given
                ? _ml.Transforms.RotateImages("Turned", "Noisy", new ImageRotatingEstimator.Options { Interpolation = given, Seed = 1 })
                : _ml.Transforms.RotateImages("Turned", "Noisy", seed: 1)).Fit(data).Transform(data), "Turned");
        Assert.Equal(Values(Interpolation.Nearest), Values(null));
        Assert.NotEqual(Values(Interpolation.Bilinear), Values(null));
    }

    [Theory]
    [InlineData(Interpolation.Nearest, 0)]
    [InlineData(Interpolation.Bilinear, 1e-5)]
    public void Turned_by_nothing_a_copy_is_its_original(Interpolation interpolation, double tolerance)
    {
        var rows = Images.Rows(20, 5);
        var data = _ml.Data.LoadFromEnumerable(rows);
        var view = _ml.Transforms.RotateImages("Turned", "Noisy", new ImageRotatingEstimator.Options { Copies = 2, Degrees = 0, Interpolation = interpolation }).Fit(data).Transform(data);
        var found = view.GetColumn<float[]>("Turned").ToArray();
        for (var i = 0; i < found.Length; i++)
            Assert.All(found[i].Zip(rows[i / 3].Noisy), p => Assert.InRange(p.First - p.Second, -tolerance, tolerance));
    }

    [Theory]
    [InlineData("by type")]
    [InlineData("by argument")]
    public void An_image_that_is_not_square_turns_about_its_own_centre(string how)
    {
        var shape = new ImageShape(1, 9, 16);
        var image = Smooth(shape);
        var data = how == "by type"
            ? _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 10).Select(_ => new Wide { Pixels = image }).ToArray())
            : _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 10).Select(_ => new ImageRow { Pixels = image }).ToArray());
        var view = _ml.Transforms.RotateImages("Turned", "Pixels", new ImageRotatingEstimator.Options { Copies = 3, Degrees = Degrees, Interpolation = Interpolation.Bilinear, KeepOriginals = false, Seed = 2, Shape = how == "by type" ? null : shape }).Fit(data).Transform(data);
        Assert.Equal($"{view.Schema["Pixels"].Type}", $"{view.Schema["Turned"].Type}");
        var (_, errors) = Angles([.. view.GetColumn<float[]>("Turned")], image, shape);
        Assert.InRange(errors.Max(), 0, 0.015);
    }

    [Fact]
    public void The_channels_of_an_image_turn_together()
    {
        var shape = new ImageShape(3, 12, 12);
        var image = Smooth(shape);
        var data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 10).Select(_ => new Color { Pixels = image }).ToArray());
        var view = _ml.Transforms.RotateImages("Turned", "Pixels", new ImageRotatingEstimator.Options { Copies = 3, Degrees = Degrees, Interpolation = Interpolation.Bilinear, KeepOriginals = false, Seed = 2 }).Fit(data).Transform(data);
        Assert.Equal("Vector<Single, 3, 12, 12>", $"{view.Schema["Turned"].Type}");
        var (_, errors) = Angles([.. view.GetColumn<float[]>("Turned")], image, shape);
        Assert.InRange(errors.Max(), 0, 0.01);
    }

    [Fact]
    public void A_seed_decides_whatever_the_batch_the_order_and_the_thread()
    {
        var data = _ml.Data.LoadFromEnumerable(Images.Rows(300, 6));
        var rotation = _ml.Transforms.RotateImages("Turned", "Pixels", copies: 2, seed: 5);
        IDataView Turn(IDataView view) => new MLContext().Transforms.RotateImages("Turned", "Pixels", copies: 2, seed: 5).Fit(view).Transform(view);
        var expected = RowReads.Rows(rotation.Fit(data).Transform(data), "Turned").ToDictionary(r => r.Id, r => r.Value);
        void AssertSame(IEnumerable<CursorRow> rows) => Assert.All(rows, r => Assert.Equal(expected[r.Id], r.Value));
        AssertSame(RowReads.Rows(Turn(data), "Turned"));
        // With seven rows less, each batch starts at another row.
        AssertSame(RowReads.Rows(Turn(_ml.Data.SkipRows(data, 7)), "Turned"));
        var view = Turn(data);
        Parallel.For(0, 4, _ => AssertSame(RowReads.Rows(view, "Turned")));
    }

    [Fact]
    public void Another_seed_turns_otherwise()
    {
        var data = Images.View(_ml, 30, 6);
        string[] Turn(int seed) => RowReads.Values(_ml.Transforms.RotateImages("Turned", "Pixels", new ImageRotatingEstimator.Options { Copies = 1, KeepOriginals = false, Seed = seed }).Fit(data).Transform(data), "Turned");
        Assert.Equal(Turn(1), Turn(1));
        Assert.InRange(Turn(1).Zip(Turn(2)).Count(p => p.First != p.Second), 28, 30);
    }

    [Fact]
    public void The_seed_of_the_context_decides_where_none_is_given()
    {
        string[] Turn(int? seed)
        {
            var ml = new MLContext(seed);
            var data = Images.View(ml, 10, 6);
            return RowReads.Values(ml.Transforms.RotateImages("Turned", "Pixels").Fit(data).Transform(data), "Turned");
        }

        Assert.Equal(Turn(1), Turn(1));
        Assert.NotEqual(Turn(1), Turn(2));
    }

    /// <summary>Copies of one image in many rows.</summary>
    private float[][] Turned(float[] image, int rows, int copies, Interpolation interpolation = Interpolation.Bilinear)
    {
        var data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(_ => new ImageRow { Pixels = image }).ToArray());
        var rotation = _ml.Transforms.RotateImages("Turned", "Pixels", new ImageRotatingEstimator.Options { Copies = copies, Degrees = Degrees, Interpolation = interpolation, KeepOriginals = false, Seed = 2 });
        return [.. rotation.Fit(data).Transform(data).GetColumn<float[]>("Turned")];
    }

    /// <summary>The angle of the rotation that is most similar to each copy, and the largest remaining difference.</summary>
    private static (double[] Angles, double[] Errors) Angles(float[][] copies, float[] image, ImageShape shape)
    {
        var angles = Enumerable.Range(-900, 1801).Select(i => i * 0.05).ToArray();
        var table = Rotate(image, angles, shape, Interpolation.Bilinear);
        var found = Array.ConvertAll(copies, copy => Enumerable.Range(0, table.Length).Select(i => (Error: Distance(table[i], copy), Index: i)).Min());
        return (Array.ConvertAll(found, f => angles[f.Index]), Array.ConvertAll(found, f => (double)f.Error));
    }

    private static float Distance(float[] a, float[] b)
    {
        var largest = 0f;
        for (var i = 0; i < a.Length; i++)
            largest = Math.Max(largest, Math.Abs(a[i] - b[i]));
        return largest;
    }

    private static float[][] Rotate(float[] image, double[] degrees, ImageShape shape, Interpolation interpolation)
    {
        using var scope = NewDisposeScope();
        var images = torch.tensor(image).reshape(shape.Batch(1)).expand(degrees.Length, -1, -1, -1).contiguous();
        var turned = RandomRotation.Rotate(images, torch.tensor(Array.ConvertAll(degrees, d => (float)d)), interpolation);
        return [.. turned.contiguous().data<float>().ToArray().Chunk(shape.Size)];
    }

    /// <summary>An image that differs from all its rotations, and changes little from pixel to pixel.</summary>
    private static float[] Smooth(ImageShape shape) =>
    [
        .. from c in Enumerable.Range(0, shape.Channels)
           from y in Enumerable.Range(0, shape.Height)
           from x in Enumerable.Range(0, shape.Width)
           select (float)(0.5 + 0.25 * Math.Sin(0.5 * x + 0.3 * y + c) + 0.2 * Math.Cos(0.7 * y - 0.2 * x)),
    ];

    private sealed class Wide
    {
        [VectorType(9, 16)]
        public float[] Pixels { get; set; } = [];
    }

    private sealed class Color
    {
        [VectorType(3, 12, 12)]
        public float[] Pixels { get; set; } = [];
    }
}
