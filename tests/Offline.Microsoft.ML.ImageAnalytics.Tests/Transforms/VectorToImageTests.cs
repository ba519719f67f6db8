using static Microsoft.ML.Transforms.Image.ImagePixelExtractingEstimator;

namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Transforms;

public class VectorToImageTests
{
    [Fact]
    public void Doubles_and_bytes_are_values_too()
    {
        var row = new VectorRow { Doubles = [12.75, 200], Bytes = [7, 255] };
        Assert.Equal([12, 200], Reds(row, nameof(VectorRow.Doubles)));
        Assert.Equal([7, 255], Reds(row, nameof(VectorRow.Bytes)));
    }

    [Fact]
    public void Without_scaling_fractions_are_cut_off() => Assert.Equal([1, 254], Reds(new VectorRow { Floats = [1.99f, 254.5f] }, nameof(VectorRow.Floats)));

    [Theory]
    [InlineData(255f, 0f, 0.5f, 128)] // 127.5, to even
    [InlineData(255f, 0f, 1f, 255)]
    [InlineData(2f, 10f, 30.2f, 50)]
    [InlineData(1f, -100f, 20f, 120)]
    [InlineData(1f, 0.5f, 3f, 2)] // 2.5, to even
    public void Values_are_scaled_then_the_offset_is_subtracted_then_rounded(float scale, float offset, float value, byte expected) =>
        Assert.Equal([expected, expected], Reds(new VectorRow { Floats = [value, value] }, nameof(VectorRow.Floats), scale, offset));

    [Fact]
    public void Bytes_take_no_notice_of_scale_and_offset() =>
        Assert.Equal([7, 200], Reds(new VectorRow { Bytes = [7, 200] }, nameof(VectorRow.Bytes), scale: 2, offset: 3));

    [Theory]
    [InlineData(256f, 0)]
    [InlineData(300f, 44)]
    [InlineData(-1f, 255)]
    [InlineData(-0.5f, 0)]
    [InlineData(float.NaN, 0)]
    [InlineData(float.PositiveInfinity, 255)]
    [InlineData(float.NegativeInfinity, 0)]
    public void Values_outside_a_byte_keep_its_bits(float value, byte expected)
    {
        Assert.Equal([expected, expected], Reds(new VectorRow { Floats = [value, value] }, nameof(VectorRow.Floats)));
        // What the package's code does on this runtime.
        Assert.Equal(expected, unchecked((byte)Volatile.Read(ref value)));
    }

    [Fact]
    public void Colours_that_are_not_there_have_their_defaults()
    {
        var image = Convert(new VectorRow { Floats = [1, 2] }, nameof(VectorRow.Floats), 1, 0);
        Assert.Equal(new Color(1, 20, 30, 40), image.At(0, 0));
        Assert.Equal(new Color(2, 20, 30, 40), image.At(1, 0));
    }

    [Fact]
    public void Where_anything_is_scaled_so_are_defaults_and_an_alpha_that_is_not_there_is_0() =>
        Assert.Equal(new Color(1, 39, 59, 0), Convert(new VectorRow { Floats = [1, 1] }, nameof(VectorRow.Floats), 2, 1).At(0, 0));

    [Fact]
    public void The_image_has_the_tag_of_the_package() =>
        Assert.Equal("VectorToImageConvertingTransformer", Convert(new VectorRow(), nameof(VectorRow.Floats), 1, 0).Tag);

    [Fact]
    public void A_vector_of_another_size_than_its_type_is_refused()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Convert(new VectorRow { Floats = [1] }, nameof(VectorRow.Floats), 1, 0));
        Assert.Contains("'Floats' has 1 values, not 2", error.Message);
    }

    [Theory]
    [InlineData(nameof(VectorRow.Integers), "Vector<Int32, 2>")]
    [InlineData(nameof(VectorRow.Unknown), "Vector<Single>")]
    [InlineData(nameof(VectorRow.Scalar), "Single")]
    public void Other_types_are_refused(string column, string type)
    {
        var view = Pictures.ML.Data.LoadFromEnumerable([new VectorRow()]);
        var estimator = Pictures.ML.Transforms.ConvertToImage(1, 2, "Out", column, ColorBits.Red);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(view));
        Assert.StartsWith($"Schema mismatch for input column '{column}': expected known-size vector of type Single, Double or Byte, got {type}", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(SchemaShape.Create(view.Schema)));
    }

    [Fact]
    public void A_type_of_another_size_is_refused()
    {
        var view = Pictures.ML.Data.LoadFromEnumerable([new VectorRow()]);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Pictures.ML.Transforms.ConvertToImage(1, 2, "Floats").Fit(view));
        Assert.StartsWith("Schema mismatch for input column 'Floats': expected Vector<Single, 3, 1, 2>, got Vector<Single, 2>", error.Message);
    }

    private static IEnumerable<int> Reds(VectorRow row, string column, float scale = 1, float offset = 0)
    {
        var image = Convert(row, column, scale, offset);
        return [image.At(0, 0).R, image.At(1, 0).R];
    }

    private static MLImage Convert(VectorRow row, string column, float scale, float offset)
    {
        var view = Pictures.ML.Data.LoadFromEnumerable([row]);
        var estimator = Pictures.ML.Transforms.ConvertToImage(1, 2, "Out", column, ColorBits.Red, scaleImage: scale, offsetImage: offset,
            defaultAlpha: 40, defaultGreen: 20, defaultBlue: 30);
        return Assert.Single(estimator.Fit(view).Transform(view).Column<MLImage>("Out"));
    }
}
