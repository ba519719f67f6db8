using Offline.Microsoft.ML.ImageAnalytics.Tests.Images;
using Offline.Microsoft.ML.ImageAnalytics.Tests.Png;

namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Transforms;

public sealed class ImageLoadingTests : IDisposable
{
    private static readonly MLContext ML = Pictures.ML;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Images_are_loaded_from_the_folder()
    {
        Write("a.png", 3, 2, value: 10);
        Write("b.png", 5, 4, value: 100);
        var images = Load(_folder.Path, "a.png", "b.png");
        Assert.Equal([(3, 2), (5, 4)], images.Select(image => (image.Width, image.Height)));
        Assert.Equal(new Color(10, 11, 12), images[0].At(0, 0));
        Assert.Equal(new Color(104, 105, 106), images[1].At(4, 0));
        Assert.Equal([_folder.File("a.png"), _folder.File("b.png")], images.Select(image => image.Tag));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_a_folder_paths_are_whole(string folder)
    {
        Write("a.png", 3, 2, value: 10);
        Assert.Equal(_folder.File("a.png"), Assert.Single(Load(folder, _folder.File("a.png"))).Tag);
    }

    [Fact]
    public void A_whole_path_needs_no_folder()
    {
        Write("a.png", 3, 2, value: 10);
        Assert.Equal(_folder.File("a.png"), Assert.Single(Load(Path.GetTempPath(), _folder.File("a.png"))).Tag);
    }

    [Fact]
    public void A_folder_must_exist_and_is_kept_with_its_whole_path()
    {
        var missing = Assert.Throws<ArgumentException>(() => ML.Transforms.LoadImages("Out", _folder.File("none"), "Path"));
        Assert.Contains(_folder.File("none"), missing.Message);
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, _folder.Path);
        Assert.Equal(_folder.Path, ML.Transforms.LoadImages("Out", relative, "Path").Fit(View("a.png")).ImageFolder);
    }

    [Fact]
    public void An_empty_path_is_no_image()
    {
        Write("a.png", 3, 2, value: 10);
        Assert.Equal([true, false, true], Load(_folder.Path, "", "a.png", null).Select(image => image is null));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var error = Assert.Throws<ArgumentException>(() => Load(_folder.Path, "missing.png"));
        Assert.Contains(_folder.File("missing.png"), error.Message);
    }

    [Fact]
    public void A_file_that_is_no_image_is_named()
    {
        File.WriteAllText(_folder.File("text.png"), "no image");
        var error = Assert.Throws<ArgumentException>(() => Load(_folder.Path, "text.png"));
        Assert.Contains(_folder.File("text.png"), error.Message);
    }

    [Fact]
    public void A_damaged_file_is_named()
    {
        Write("a.png", 12, 12, value: 10);
        var bytes = File.ReadAllBytes(_folder.File("a.png"));
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(_folder.File("damaged.png"), bytes);
        var error = Assert.Throws<ArgumentException>(() => Load(_folder.Path, "damaged.png"));
        Assert.Contains(_folder.File("damaged.png"), error.Message);
    }

    [Fact]
    public void Nothing_is_loaded_that_nobody_reads()
    {
        var view = View("missing.png");
        var loaded = ML.Transforms.LoadImages("Out", _folder.Path, "Path").Fit(view).Transform(view);
        Assert.Equal("missing.png", Assert.Single(loaded.Column<ReadOnlyMemory<char>>("Path")).ToString());
    }

    [Fact]
    public void The_folder_is_saved_with_the_model()
    {
        Write("a.png", 4, 4, value: 10);
        var view = View("a.png");
        var chain = ML.Transforms.LoadImages("Image", _folder.Path, "Path").Append(ML.Transforms.ResizeImages("Image", 2, 2))
            .Append(ML.Transforms.ExtractPixels("Pixels", "Image", ImagePixelExtractingEstimator.ColorBits.Red));
        var model = Pictures.Reload(chain.Fit(view));
        var loader = Assert.IsType<ImageLoadingTransformer>(Assert.IsType<TransformerChain<ITransformer>>(model, exactMatch: false).First());
        Assert.Equal(_folder.Path, loader.ImageFolder);
        // Rows go up by 4 * 1, columns by 1: the means of four pixels, rounded up.
        Assert.Equal([13, 15, 21, 23], Assert.Single(model.Transform(view).Column<VBuffer<float>>("Pixels")).DenseValues());
    }

    [Fact]
    public void No_folder_is_saved_with_the_model()
    {
        var model = Pictures.Reload(ML.Transforms.LoadImages("Image", null, "Path").Fit(View("a.png")));
        Assert.Null(Assert.IsType<ImageLoadingTransformer>(model).ImageFolder);
    }

    public void Dispose() => _folder.Dispose();

    private static IDataView View(params string[] paths) => ML.Data.LoadFromEnumerable(paths.Select(path => new PathRow { Path = path }).ToArray());

    private static MLImage[] Load(string folder, params string[] paths)
    {
        var view = View(paths);
        return ML.Transforms.LoadImages("Out", folder, "Path").Fit(view).Transform(view).Column<MLImage>("Out");
    }

    /// <summary>An image whose colours go up from pixel to pixel, and from red to blue.</summary>
    private void Write(string name, int width, int height, int value) => File.WriteAllBytes(
        _folder.File(name), PngBuilder.File(new PngSource(width, height, 8, 2, sample: (x, y, c) => value + y * width + x + c)));
}
