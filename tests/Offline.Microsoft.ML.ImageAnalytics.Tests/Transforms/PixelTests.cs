using static Microsoft.ML.Transforms.Image.ImagePixelExtractingEstimator;

namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Transforms;

public class PixelTests
{
    private const int Width = 3;
    private const int Height = 2;

    /// <summary>The orders as they are documented.</summary>
    private static readonly Dictionary<ColorsOrder, string> Orders = new()
    {
        [ColorsOrder.ARGB] = "ARGB",
        [ColorsOrder.ARBG] = "ARBG",
        [ColorsOrder.ABRG] = "ABRG",
        [ColorsOrder.ABGR] = "ABGR",
        [ColorsOrder.AGRB] = "AGRB",
        [ColorsOrder.AGBR] = "AGBR",
    };

    public static TheoryData<int> Colors => [.. Enumerable.Range(1, 15)];

    [Theory]
    [MemberData(nameof(Colors))]
    public void Every_choice_and_order_of_colours_is_extracted(int colors)
    {
        foreach (var (order, letters) in Orders)
            foreach (var interleaved in (bool[])[false, true])
                foreach (var format in (MLPixelFormat[])[MLPixelFormat.Bgra32, MLPixelFormat.Rgba32])
                {
                    var image = Pictures.Random(Width, Height, seed: colors, opaque: false, format);
                    var expected = Expected(image, (ColorBits)colors, letters, interleaved);
                    Assert.Equal(expected.Select(value => (float)value), Extract<float>(image, Pictures.ML.Transforms.ExtractPixels(
                        "Out", "Image", (ColorBits)colors, order, interleaved)));
                    Assert.Equal(expected, Extract<byte>(image, Pictures.ML.Transforms.ExtractPixels(
                        "Out", "Image", (ColorBits)colors, order, interleaved, outputAsFloatArray: false)));
                }
    }

    [Theory]
    [MemberData(nameof(Colors))]
    public void What_was_extracted_is_an_image_again(int colors)
    {
        foreach (var order in Orders.Keys)
            foreach (var interleaved in (bool[])[false, true])
                foreach (var asFloat in (bool[])[false, true])
                {
                    var image = Pictures.Random(Width, Height, seed: colors, opaque: false);
                    var view = Pictures.View(Height, Width, image);
                    var chain = Pictures.ML.Transforms.ExtractPixels("Pixels", "Image", (ColorBits)colors, order, interleaved, outputAsFloatArray: asFloat)
                        .Append(Pictures.ML.Transforms.ConvertToImage(Height, Width, "Out", "Pixels", (ColorBits)colors, order, interleaved,
                            defaultAlpha: 201, defaultRed: 202, defaultGreen: 203, defaultBlue: 204));
                    var back = Assert.Single(chain.Fit(view).Transform(view).Column<MLImage>("Out"));
                    byte Of(ColorBits color, byte value, byte standIn) => ((ColorBits)colors).HasFlag(color) ? value : standIn;
                    Assert.Equal(
                        Pictures.Create(Width, Height, (x, y) => new Color(
                            Of(ColorBits.Red, image.At(x, y).R, 202), Of(ColorBits.Green, image.At(x, y).G, 203),
                            Of(ColorBits.Blue, image.At(x, y).B, 204), Of(ColorBits.Alpha, image.At(x, y).A, 201))).Colors(),
                        back.Colors());
                }
    }

    [Fact]
    public void Dimensions_are_planes_first_or_interleaved()
    {
        var view = Pictures.View(Height, Width);
        Assert.Equal("Vector<Single, 3, 2, 3>", TypeOf(Pictures.ML.Transforms.ExtractPixels("Out", "Image")));
        Assert.Equal("Vector<Single, 2, 3, 4>", TypeOf(Pictures.ML.Transforms.ExtractPixels("Out", "Image", ColorBits.All, interleavePixelColors: true)));
        Assert.Equal("Vector<Byte, 1, 2, 3>", TypeOf(Pictures.ML.Transforms.ExtractPixels("Out", "Image", ColorBits.Red, outputAsFloatArray: false)));
        string TypeOf(IEstimator<ITransformer> estimator) => estimator.Fit(view).GetOutputSchema(view.Schema)["Out"].Type.ToString();
    }

    [Theory]
    [InlineData(0, 1 / 255f)]
    [InlineData(127.5f, 1 / 127.5f)]
    [InlineData(-3, -0.1f)]
    public void The_offset_is_subtracted_before_scaling(float offset, float scale)
    {
        var image = Pictures.Create(16, 16, (x, y) => Color.Gray(16 * y + x));
        var view = Pictures.View(16, 16, image);
        var chain = Pictures.ML.Transforms.ExtractPixels("Out", "Image", ColorBits.Red, offsetImage: offset, scaleImage: scale);
        var values = Assert.Single(chain.Fit(view).Transform(view).Column<VBuffer<float>>("Out")).DenseValues();
        Assert.Equal(Enumerable.Range(0, 256).Select(value => (value - offset) * scale), values);
    }

    [Fact]
    public void Bytes_take_no_notice_of_offset_and_scale()
    {
        var image = Pictures.Random(Width, Height, seed: 1);
        Assert.Equal(
            Expected(image, ColorBits.Rgb, "ARGB", interleaved: false),
            Extract<byte>(image, Pictures.ML.Transforms.ExtractPixels("Out", "Image", offsetImage: 5, scaleImage: 2, outputAsFloatArray: false)));
    }

    [Fact]
    public void No_image_is_a_sparse_vector_and_no_image_again()
    {
        var view = Pictures.View(Height, Width, null, Pictures.Random(Width, Height, seed: 1), null);
        var pixels = Pictures.ML.Transforms.ExtractPixels("Pixels", "Image")
            .Append(Pictures.ML.Transforms.ConvertToImage(Height, Width, "Out", "Pixels")).Fit(view).Transform(view);
        var vectors = pixels.Column<VBuffer<float>>("Pixels");
        Assert.All(vectors, vector => Assert.Equal(18, vector.Length));
        Assert.Equal([0, 18, 0], vectors.Select(vector => vector.GetValues().Length));
        Assert.Equal([true, false, true], pixels.Column<MLImage>("Out").Select(image => image is null));
    }

    [Fact]
    public void A_buffer_of_another_row_is_used_again()
    {
        var view = Pictures.View(Height, Width, Pictures.Random(Width, Height, seed: 1), null, Pictures.Random(Width, Height, seed: 2));
        var pixels = Pictures.ML.Transforms.ExtractPixels("Out", "Image").Fit(view).Transform(view);
        using var cursor = pixels.GetRowCursor(pixels.Schema);
        var (getter, value) = (cursor.GetGetter<VBuffer<float>>(pixels.Schema["Out"]), default(VBuffer<float>));
        var expected = pixels.Column<VBuffer<float>>("Out").Select(vector => vector.DenseValues().ToArray()).ToArray();
        for (var row = 0; cursor.MoveNext(); row++)
        {
            getter(ref value);
            Assert.Equal(expected[row], value.DenseValues());
        }
    }

    private static byte[] Expected(MLImage image, ColorBits colors, string letters, bool interleaved)
    {
        byte[] Plane(char letter) => Enumerable.Range(0, Width * Height).Select(i => image.At(i % Width, i / Width)).Select(color => letter switch
        {
            'A' => color.A,
            'R' => color.R,
            'G' => color.G,
            _ => color.B,
        }).ToArray();
        var bits = new Dictionary<char, int> { ['A'] = 1, ['R'] = 2, ['G'] = 4, ['B'] = 8 };
        var planes = letters.Where(letter => ((int)colors & bits[letter]) != 0).Select(Plane).ToArray();
        return interleaved
            ? Enumerable.Range(0, Width * Height).SelectMany(i => planes.Select(plane => plane[i])).ToArray()
            : planes.SelectMany(plane => plane).ToArray();
    }

    private static T[] Extract<T>(MLImage image, ImagePixelExtractingEstimator estimator)
    {
        var view = Pictures.View(Height, Width, image);
        var vector = Assert.Single(estimator.Fit(view).Transform(view).Column<VBuffer<T>>("Out"));
        Assert.True(vector.IsDense);
        return vector.DenseValues().ToArray();
    }
}
