using static Microsoft.ML.Transforms.Image.ImageResizingEstimator;

namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Transforms;

public class ImagePipelineTests
{
    private static readonly MLContext ML = Pictures.ML;

    [Fact]
    public void All_transforms_go_together()
    {
        var view = Pictures.View(Pictures.Create(8, 4, (x, _) => new Color(100, 50, (byte)x)), Pictures.Create(4, 4, (_, _) => new Color(10, 20, 30)));
        var chain = ML.Transforms.ResizeImages("Image", 2, 2, resizing: ResizingKind.Fill).Append(ML.Transforms.ConvertToGrayscale("Image"))
            .Append(ML.Transforms.ExtractPixels("Pixels", "Image", ImagePixelExtractingEstimator.ColorBits.Red, scaleImage: 0.5f))
            .Append(ML.Transforms.ConvertToImage(2, 2, "Back", "Pixels", ImagePixelExtractingEstimator.ColorBits.Red, scaleImage: 2));
        var result = chain.Fit(view).Transform(view);
        // 0.3 * 100 + 0.59 * 50 + 0.11 * (1 or 5) = 59.61 or 60.05; 0.3 * 10 + 0.59 * 20 + 0.11 * 30 = 18.1
        Assert.Equal([[30, 30, 30, 30], [9, 9, 9, 9]], result.Column<VBuffer<float>>("Pixels").Select(vector => vector.DenseValues().ToArray()));
        Assert.Equal([60, 18], result.Column<MLImage>("Back").Select(image => image.At(1, 1).R));
    }

    [Fact]
    public void An_image_of_the_size_is_passed_on_as_it_is()
    {
        var image = Pictures.Random(3, 2, seed: 1, opaque: false, MLPixelFormat.Rgba32);
        Assert.All(Enum.GetValues<ResizingKind>(), kind => Assert.Same(image, ML.Transforms.ResizeImages("Out", 3, 2, "Image", kind).Apply(image)));
    }

    [Fact]
    public void Images_of_the_users_rows_are_not_disposed_of()
    {
        var images = Enumerable.Range(0, 3).Select(i => Pictures.Random(2 + i % 2, 2, seed: i)).ToArray();
        var view = Pictures.View(images);
        var resized = ML.Transforms.ResizeImages("Out", 2, 2, "Image").Append(ML.Transforms.ConvertToGrayscale("Out")).Fit(view).Transform(view);
        for (var pass = 0; pass < 2; pass++)
            Assert.Equal(3, ML.Data.CreateEnumerable<OutputRow>(resized, reuseRowObject: true, ignoreMissingColumns: true).Count(row => row.Out.Width == 2));
        Assert.All(images, image => Assert.Equal(2, image.Height));
    }

    [Fact]
    public void The_next_image_in_the_same_place_disposes_of_the_one_before()
    {
        var view = Pictures.View(Pictures.Random(4, 4, seed: 1), Pictures.Random(4, 4, seed: 2));
        var resized = ML.Transforms.ResizeImages("Out", 2, 2, "Image").Fit(view).Transform(view);
        using var cursor = resized.GetRowCursor(resized.Schema);
        var (getter, image) = (cursor.GetGetter<MLImage>(resized.Schema["Out"]), default(MLImage));
        cursor.MoveNext();
        getter(ref image);
        var first = image;
        Assert.Equal(2, first.Width);
        cursor.MoveNext();
        getter(ref image);
        Assert.Equal(2, image.Width);
        Assert.Throws<InvalidOperationException>(() => first.Width);
    }

    [Fact]
    public void An_image_in_another_place_is_kept()
    {
        var view = Pictures.View(Pictures.Random(4, 4, seed: 1), Pictures.Random(4, 4, seed: 2));
        var resized = ML.Transforms.ResizeImages("Out", 2, 2, "Image").Fit(view).Transform(view);
        Assert.All(resized.Column<MLImage>("Out"), image => Assert.Equal(2, image.Width));
    }

    [Fact]
    public void No_image_stays_none()
    {
        var view = Pictures.View(null, Pictures.Random(4, 4, seed: 1), null);
        var chain = ML.Transforms.ResizeImages("Out", 2, 2, "Image").Append(ML.Transforms.ConvertToGrayscale("Out"));
        using var cursor = chain.Fit(view).Transform(view).GetRowCursor(chain.Fit(view).Transform(view).Schema);
        var (getter, image, isNone) = (cursor.GetGetter<MLImage>(cursor.Schema["Out"]), default(MLImage), new List<bool>());
        while (cursor.MoveNext())
        {
            getter(ref image);
            isNone.Add(image is null);
        }
        Assert.Equal([true, false, true], isNone);
    }

    [Fact]
    public void A_column_that_nobody_reads_costs_nothing()
    {
        // Disposed of, so that whatever reads its pixels fails.
        var image = Pictures.Random(4, 4, seed: 1);
        image.Dispose();
        var view = Pictures.View(4, 4, image);
        var result = ML.Transforms.ConvertToGrayscale("Gray", "Image").Append(ML.Transforms.ResizeImages("Small", 2, 2, "Image"))
            .Append(ML.Transforms.ExtractPixels("Pixels", "Image")).Fit(view).Transform(view);
        Assert.Equal([0f], result.Column<float>("Number"));
        Assert.Throws<InvalidOperationException>(() => result.Column<MLImage>("Gray"));
        Assert.Throws<InvalidOperationException>(() => result.Column<MLImage>("Small"));
        Assert.Throws<InvalidOperationException>(() => result.Column<VBuffer<float>>("Pixels"));
    }

    [Fact]
    public void A_prediction_engine_takes_and_gives_images()
    {
        var view = Pictures.View();
        var chain = ML.Transforms.ResizeImages("Out", 2, 2, "Image").Append(ML.Transforms.ExtractPixels("Pixels", "Out"));
        using var engine = ML.Model.CreatePredictionEngine<ImageRow, OutputRow>(Pictures.Reload(chain.Fit(view)));
        for (var value = 0; value < 3; value++)
        {
            var row = engine.Predict(new ImageRow { Image = Pictures.Create(4, 4, (_, _) => Color.Gray(value)) });
            Assert.Equal(Color.Gray(value), row.Out.At(1, 1));
            Assert.Equal(Enumerable.Repeat((float)value, 12), row.Pixels);
        }
        Assert.Null(engine.Predict(new ImageRow()).Out);
    }

    [Fact]
    public void An_image_of_another_size_than_its_columns_is_refused()
    {
        var view = Pictures.View(2, 3, Pictures.Random(2, 3, seed: 1));
        var pixels = ML.Transforms.ExtractPixels("Out", "Image").Fit(view).Transform(view);
        var error = Assert.Throws<InvalidOperationException>(() => pixels.Column<VBuffer<float>>("Out"));
        Assert.Contains("'Image' has 3x2 pixels, not the 2x3", error.Message);
    }

    [Fact]
    public void Pixels_are_of_images_of_a_known_size()
    {
        var view = Pictures.View(Pictures.Random(2, 3, seed: 1));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ML.Transforms.ExtractPixels("Out", "Image").Fit(view));
        Assert.StartsWith("Schema mismatch for input column 'Image': expected known-size image, got unknown-size image", error.Message);
    }

    [Fact]
    public void Errors_of_columns_are_in_the_words_of_the_package()
    {
        var view = Pictures.View(Pictures.Random(2, 3, seed: 1));
        var missing = Assert.Throws<ArgumentOutOfRangeException>(() => ML.Transforms.ConvertToGrayscale("Nope").Fit(view));
        Assert.Equal("Could not find input column 'Nope' (Parameter 'inputSchema')", missing.Message);
        var mismatch = Assert.Throws<ArgumentOutOfRangeException>(() => ML.Transforms.ResizeImages("Out", 2, 2, "Number").Fit(view));
        Assert.Equal("Schema mismatch for input column 'Number': expected image, got Single (Parameter 'inputSchema')", mismatch.Message);
        var text = Assert.Throws<ArgumentOutOfRangeException>(() => ML.Transforms.LoadImages("Out", "", "Number").Fit(view));
        Assert.Equal("Schema mismatch for input column 'Number': expected String, got Single (Parameter 'inputSchema')", text.Message);
    }

    [Fact]
    public void Settings_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("imageWidth", () => ML.Transforms.ResizeImages("Out", 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>("imageHeight", () => ML.Transforms.ResizeImages("Out", 2, -1));
        Assert.Throws<ArgumentException>("height", () => ML.Transforms.ResizeImages("Out", 100_000, 100_000));
        Assert.Throws<ArgumentOutOfRangeException>("resizing", () => ML.Transforms.ResizeImages("Out", 2, 2, resizing: (ResizingKind)3));
        Assert.Throws<ArgumentOutOfRangeException>("cropAnchor", () => ML.Transforms.ResizeImages("Out", 2, 2, cropAnchor: (Anchor)5));
        Assert.Throws<ArgumentOutOfRangeException>("colors", () => ML.Transforms.ExtractPixels("Out", colorsToExtract: 0));
        Assert.Throws<ArgumentOutOfRangeException>("order", () => ML.Transforms.ExtractPixels("Out", orderOfExtraction: 0));
        Assert.Throws<ArgumentOutOfRangeException>("offsetImage", () => ML.Transforms.ExtractPixels("Out", offsetImage: float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("scaleImage", () => ML.Transforms.ExtractPixels("Out", scaleImage: 0));
        Assert.Throws<ArgumentOutOfRangeException>("imageHeight", () => ML.Transforms.ConvertToImage(0, 2, "Out"));
        Assert.Throws<ArgumentOutOfRangeException>("imageWidth", () => ML.Transforms.ConvertToImage(2, -2, "Out"));
        Assert.Throws<ArgumentOutOfRangeException>("scaleImage", () => ML.Transforms.ConvertToImage(2, 2, "Out", scaleImage: float.PositiveInfinity));
        Assert.ThrowsAny<ArgumentException>(() => ML.Transforms.ConvertToGrayscale(""));
    }

    [Fact]
    public void The_path_stays_the_tag_of_a_resized_image()
    {
        var image = Pictures.Random(4, 4, seed: 1);
        image.Tag = "a/path.png";
        Assert.Equal("a/path.png", ML.Transforms.ResizeImages("Out", 2, 2, "Image").Apply(image).Tag);
    }

    private sealed class OutputRow
    {
        [ImageType(2, 2)]
        public MLImage Out { get; set; }

        public float[] Pixels { get; set; } = [];
    }
}
