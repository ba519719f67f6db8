using System.Drawing;
using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet.Tests.Imaging;

public sealed class DrawOverlayTests : IDisposable
{
    private static readonly byte[] Outline = [30, 144, 255];

    private readonly MLContext _ml = new(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-overlay-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Heat_covers_the_gray_image_the_more_the_greater_the_error()
    {
        var row = Row([0, 0.4f, 1, 0.6f], [0, 0.1f, 0.2f, 0.05f]);
        var data = ErrorMapView.Make(_ml, row, 2, 2, threshold: 0.1f);
        // Twice the threshold, 0.2, has the opacity 0.8. 0.1 has half of it over the gray 102: 102 + 0.4 * (237 - 102) = 156, and so on.
        byte[][] expected = [[0, 0, 0], [156, 94, 94], [255, 255, 255], [152, 126, 139]];
        Assert.Equal(expected, Draw(data, new OverlayDrawingEstimator.Options { OutlineColor = Color.Transparent }));
        // The only error above the threshold is marked.
        expected[2] = Outline;
        Assert.Equal(expected, Draw(data, new OverlayDrawingEstimator.Options()));
        // Without opacity only the image is drawn, whatever the maximum.
        Assert.Equal(
            [[0, 0, 0], [102, 102, 102], Outline, [153, 153, 153]],
            Draw(data, new OverlayDrawingEstimator.Options { Opacity = 0, MaximumValue = 5 }));
        // With full opacity, 0.1, 0.2 and 0.05 are a quarter, a half and an eighth of the scale to 0.4, and have that opacity.
        Assert.Equal(
            [[0, 0, 0], [113, 81, 97], [246, 168, 168], [143, 135, 141]],
            Draw(data, new OverlayDrawingEstimator.Options { Opacity = 1, MaximumValue = 0.4f, OutlineColor = Color.Transparent }));
    }

    [Fact]
    public void A_color_image_is_gray_below_and_its_errors_are_averaged_over_the_channels()
    {
        // 0.3 * 100 + 0.59 * 200 + 0.11 * 40 = 152.4; the errors are 0 and (0.3 + 0.6 + 0) / 3 = 0.3, the end of the scale.
        float[] pixels = [100 / 255f, 100 / 255f, 200 / 255f, 200 / 255f, 40 / 255f, 40 / 255f];
        var row = Row(pixels, [0, 0.3f, 0, 0.6f, 0, 0]);
        row.Mask = [false, false];
        var data = ErrorMapView.Make(_ml, [row], [3, 1, 2], [3, 1, 2]);
        byte[][] expected = [[152, 152, 152], [255, 255, 255]];
        Assert.Equal(expected, Draw(data, new OverlayDrawingEstimator.Options { MaximumValue = 0.3f, Opacity = 1 }));
        // One channel of errors, and a shape because the type has none.
        row.Errors = [0, 0.3f];
        var plain = _ml.Data.LoadFromEnumerable([row]);
        Assert.Equal(expected, Draw(plain, new OverlayDrawingEstimator.Options { MaximumValue = 0.3f, Opacity = 1, Shape = new ImageShape(3, 1, 2) }));
    }

    [Fact]
    public void The_outline_is_the_boundary_of_the_mask_in_every_scale()
    {
        var cases = from height in Gen.Choose(1, 9)
                    from width in Gen.Choose(1, 9)
                    from scale in Gen.Choose(1, 4)
                    from marks in Gen.Choose(0, 3).Select(value => value > 0).ArrayOf(height * width)
                    select (height, width, scale, marks);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var (height, width, scale, marks) = c;
            var row = new ErrorMapRow { Pixels = new float[height * width], Errors = new float[height * width], Mask = marks };
            var data = ErrorMapView.Make(_ml, row, height, width);
            var options = new OverlayDrawingEstimator.Options { MaximumValue = 1, Scale = scale };
            var drawn = Draw(data, options, "Mask").Select(color => color.SequenceEqual(Outline)).ToArray();
            // The enlarged mask with an unmarked margin. Erosion by a cross removes the boundary.
            var (tall, wide) = (height * scale, width * scale);
            var enlarged = new bool[tall + 2, wide + 2];
            for (var y = 0; y < tall; y++)
                for (var x = 0; x < wide; x++)
                    enlarged[y + 1, x + 1] = marks[y / scale * width + x / scale];
            var boundary = from y in Enumerable.Range(1, tall)
                           from x in Enumerable.Range(1, wide)
                           let kept = enlarged[y - 1, x] && enlarged[y + 1, x] && enlarged[y, x - 1] && enlarged[y, x + 1]
                           select enlarged[y, x] && !kept;
            return boundary.SequenceEqual(drawn);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Each_pixel_becomes_a_square_and_the_type_says_the_size_where_the_shape_is_given()
    {
        var data = ErrorMapView.Make(_ml, Row([0, 0.2f, 0.4f, 0.6f, 0.8f, 1], new float[6]), 2, 3);
        var options = new OverlayDrawingEstimator.Options { Scale = 3, MaximumValue = 1 };
        Assert.Equal(new ImageDataViewType(), View(data, options, null).Schema["Overlay"].Type);
        options.Shape = new ImageShape(1, 2, 3);
        Assert.Equal(new ImageDataViewType(6, 9), View(data, options, null).Schema["Overlay"].Type);
        using var image = View(data, options, null).GetColumn<MLImage>("Overlay").Single();
        Assert.Equal((6, 9), (image.Height, image.Width));
        var grays = from y in Enumerable.Range(0, 6)
                    from x in Enumerable.Range(0, 9)
                    select (byte)(51 * (y / 3 * 3 + x / 3));
        Assert.Equal(grays, image.Pixels.ToArray().Where((_, i) => i % 4 == 0));
        Assert.All(image.Pixels.ToArray().Where((_, i) => i % 4 == 3), alpha => Assert.Equal(255, alpha));
    }

    [Fact]
    public void Masks_may_be_numbers_and_an_error_map_without_a_threshold_marks_nothing()
    {
        var data = _ml.Data.LoadFromEnumerable([new NumberMask { Pixels = [0, 0, 0, 0], Errors = [0, 0, 0, 1], Marks = [0.5f, 0.51f, 1, float.NaN] }]);
        var options = new OverlayDrawingEstimator.Options { MaximumValue = 2, Opacity = 0, Shape = new ImageShape(1, 2, 2) };
        Assert.Equal([[0, 0, 0], Outline, Outline, [0, 0, 0]], Draw(data, options, "Marks"));
        Assert.All(Draw(data, options), color => Assert.Equal([0, 0, 0], color));
    }

    [Fact]
    public void A_row_without_a_score_is_drawn_in_a_frame()
    {
        var frame = Row(Enumerable.Repeat(0.4f, 9).ToArray(), [0, 0, 0, 0, 1, 0, 0, float.NaN, 0]);
        frame.Pixels[4] = float.NaN;
        var whole = Row([1, float.NaN, 0.2f, 0, 0, 0, 0, 0, 1.5f], new float[9]);
        var data = ErrorMapView.Make(_ml, [frame, whole], [1, 3, 3], [3, 3], threshold: 0.1f);
        foreach (var mask in new[] { null, "Mask" })
        {
            var images = View(data, new OverlayDrawingEstimator.Options(), mask).GetColumn<MLImage>("Overlay").Select(Colors).ToArray();
            Assert.Equal(Enumerable.Range(0, 9).Select(i => i == 4 ? [0, 0, 0] : Outline), images[0]);
            Assert.Equal([255, 0, 51, 0, 0, 0, 0, 0, 255], images[1].Select(color => (int)color[1]));
        }
    }

    [Fact]
    public void A_loaded_pipeline_draws_the_same_in_another_process()
    {
        var (data, shape) = (Images.View(_ml, 3), Images.Shape);
        var options = new OverlayDrawingEstimator.Options { MaximumValue = 0.7f, Opacity = 0.3f, Shape = shape, OutlineColor = Color.FromArgb(100, 1, 2, 3) };
        var pipeline = _ml.Transforms.DrawOverlay("Overlay", "Pixels", "Pixels", "Pixels", options)
            .Append(_ml.Transforms.ConvertToPixels("Code", shape, "Overlay"));
        var model = pipeline.Fit(data);
        var (path, input) = (Path.Combine(_folder, "model.zip"), Path.Combine(_folder, "pixels"));
        _ml.Model.Save(model, data.Schema, path);
        File.WriteAllBytes(input, [.. Images.Rows(3).SelectMany(row => row.Pixels).SelectMany(BitConverter.GetBytes)]);
        var expected = model.Transform(data).GetColumn<float[]>("Code").Select(v => string.Join(' ', v.Select(x => BitConverter.SingleToInt32Bits(x).ToString("x8")))).ToArray();
        Assert.Equal([.. expected, .. expected], OtherProgram.Load(path, input, 0));
    }

    [Fact]
    public void An_error_map_without_a_threshold_needs_a_maximum()
    {
        var data = ErrorMapView.Make(_ml, Row([0], [0]), 1, 1);
        var estimator = _ml.Transforms.DrawOverlay("Overlay", "Pixels", "Errors");
        Message.Says<InvalidOperationException>(() => estimator.Fit(data), "'Errors'", "PixelThreshold", "MaximumValue");
        Message.Says<InvalidOperationException>(() => estimator.GetOutputSchema(SchemaSpy.ShapeOf(_ml, data)), "'Errors'", "PixelThreshold", "MaximumValue");
        Message.Says<InvalidOperationException>(() => estimator.Fit(ErrorMapView.Make(_ml, Row([0], [0]), 1, 1, threshold: 0)), "'Errors'", "MaximumValue");
    }

    [Fact]
    public void Columns_that_do_not_fit_are_refused_by_name()
    {
        var data = ErrorMapView.Make(_ml, [Row(new float[12], new float[6])], [2, 2, 3], [2, 3], threshold: 1);
        void Refuses<T>(string image, string errors, string? mask, params string[] promised)
            where T : Exception => Message.Says<T>(() => _ml.Transforms.DrawOverlay("Overlay", image, errors, mask).Fit(data), promised);
        Refuses<InvalidOperationException>("Pixels", "Errors", null, "one channel", "three", "'Pixels'", "2x2x3");
        data = ErrorMapView.Make(_ml, [Row(new float[6], new float[5])], [1, 2, 3], [5], threshold: 1);
        Refuses<ArgumentOutOfRangeException>("Pixels", "Errors", null, "error map", "'Errors'", "Vector<Single, 2, 3>", "Vector<Single, 5>");
        data = ErrorMapView.Make(_ml, [Row(new float[6], new float[6])], [1, 2, 3], [2, 3], threshold: 1);
        Refuses<ArgumentOutOfRangeException>("None", "Errors", null, "image", "'None'");
        Refuses<ArgumentOutOfRangeException>("Pixels", "None", null, "error map", "'None'");
        Refuses<ArgumentOutOfRangeException>("Pixels", "Errors", "None", "mask", "'None'");
        Refuses<ArgumentOutOfRangeException>("Pixels", "Mask", null, "error map", "'Mask'", "Boolean");
        var doubles = _ml.Transforms.Conversion.ConvertType("Mask", "Errors", DataKind.Double).Fit(data).Transform(data);
        Message.Says<ArgumentOutOfRangeException>(() => _ml.Transforms.DrawOverlay("Overlay", "Pixels", "Errors", "Mask").Fit(doubles), "mask", "'Mask'", "Double");
        var shape = SchemaSpy.ShapeOf(_ml, doubles);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.DrawOverlay("Overlay", "Pixels", "Errors", "Mask").GetOutputSchema(shape));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.DrawOverlay("Overlay", "Pixels", "Errors", "None").GetOutputSchema(shape));
    }

    [Theory]
    [InlineData(4, 3, 4, "'Errors'")]
    [InlineData(4, 4, 3, "'Mask'")]
    [InlineData(3, 4, 4, "'Pixels'")]
    [InlineData(4, 8, 4, "'Errors'")]
    public void A_row_of_another_length_is_refused(int pixels, int errors, int mask, string column)
    {
        var data = _ml.Data.LoadFromEnumerable([new ErrorMapRow { Pixels = new float[pixels], Errors = new float[errors], Mask = new bool[mask] }]);
        var options = new OverlayDrawingEstimator.Options { MaximumValue = 1, Shape = new ImageShape(1, 2, 2) };
        Message.Says<InvalidOperationException>(() => Draw(data, options, "Mask"), column, "1x2x2");
    }

    [Fact]
    public void Options_out_of_their_range_are_refused()
    {
        foreach (var (options, name) in new (OverlayDrawingEstimator.Options, string)[]
        {
            (new() { MaximumValue = 0 }, "MaximumValue"), (new() { MaximumValue = float.NaN }, "MaximumValue"),
            (new() { Opacity = -0.1f }, "Opacity"), (new() { Opacity = 1.1f }, "Opacity"), (new() { Opacity = float.NaN }, "Opacity"),
            (new() { Scale = 0 }, "Scale"), (new() { Scale = 65 }, "Scale"), (new() { Shape = new ImageShape(1, 4000, 4000), Scale = 6 }, "Scale"),
            (new() { Shape = default(ImageShape) }, "Shape"),
        })
            Assert.Contains(name, Assert.ThrowsAny<ArgumentException>(() => _ml.Transforms.DrawOverlay("A", "B", "C", null, options)).Message);
        Assert.ThrowsAny<ArgumentException>(() => _ml.Transforms.DrawOverlay("A", "B", "C", ""));
        Assert.Throws<ArgumentNullException>(() => _ml.Transforms.DrawOverlay("A", "B", "C", null, null!));
    }

    private static ErrorMapRow Row(float[] pixels, float[] errors) => new() { Pixels = pixels, Errors = errors, Mask = new bool[errors.Length] };

    private static byte[][] Colors(MLImage image)
    {
        using (image)
            return [.. image.Pixels.ToArray().Chunk(4).Select(p => new[] { p[2], p[1], p[0] })];
    }

    private IDataView View(IDataView data, OverlayDrawingEstimator.Options options, string? mask) =>
        _ml.Transforms.DrawOverlay("Overlay", "Pixels", "Errors", mask, options).Fit(data).Transform(data);

    /// <summary>Draws the first row, and returns red, green and blue of each pixel.</summary>
    private byte[][] Draw(IDataView data, OverlayDrawingEstimator.Options options, string? mask = null) =>
        Colors(View(data, options, mask).GetColumn<MLImage>("Overlay").First());

    private sealed class NumberMask
    {
        public float[] Pixels { get; set; } = [];

        public float[] Errors { get; set; } = [];

        public float[] Marks { get; set; } = [];
    }
}
