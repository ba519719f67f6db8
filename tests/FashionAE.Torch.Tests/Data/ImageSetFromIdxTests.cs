using FashionAE.Torch.Tests.Support;

namespace FashionAE.Torch.Tests.Data;

/// <summary>IDX files of any data set, written byte by byte.</summary>
public sealed class ImageSetFromIdxTests : IDisposable
{
    private static readonly byte[] TwoImages = TestFiles.Idx([2, 2, 3], [.. Enumerable.Range(1, 12).Select(i => (byte)i)]);

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Files_of_any_name_and_size_are_read(bool isCompressed)
    {
        var labels = File("their classes", TestFiles.Idx([2], [1, 0]), isCompressed);
        using var set = ImageSet.FromIdx(File("pictures.bin", TwoImages, isCompressed), labels);
        Assert.Equal(new ImageShape(1, 2, 3), set.Shape);
        Assert.Equal(Enumerable.Range(1, 12).Select(i => (byte)i), set.Images.Bits());
        Assert.Equal([1, 0], set.Labels.data<long>().ToArray());
        Assert.Equal(["0", "1"], set.ClassNames);
    }

    [Fact]
    public void The_sample_of_Fashion_MNIST_is_read_like_by_its_loader()
    {
        using var expected = FashionMnist.Load(FashionMnistSplit.Test, TestFiles.Sample);
        using var set = ImageSet.FromIdx(
            Path.Combine(TestFiles.Sample, "t10k-images-idx3-ubyte.gz"), Path.Combine(TestFiles.Sample, "t10k-labels-idx1-ubyte.gz"),
            new IdxOptions { ClassNames = FashionMnist.ClassNames });
        Assert.Equal(expected.Images.Bits(), set.Images.Bits());
        Assert.Equal(expected.Labels.Bits(), set.Labels.Bits());
        Assert.Equal(expected.ClassNames, set.ClassNames);
    }

    [Fact]
    public void Labels_may_begin_with_another_number_than_zero()
    {
        var labels = File("labels", TestFiles.Idx([2], [2, 1]));
        var letters = new IdxOptions { FirstLabel = 1, ClassNames = ["A", "B", "C"] };
        using var named = ImageSet.FromIdx(File("images", TwoImages), labels, letters);
        Assert.Equal([1, 0], named.Labels.data<long>().ToArray());
        Assert.Equal(["A", "B", "C"], named.ClassNames);
        using var numbered = ImageSet.FromIdx(File("images", TwoImages), labels, new IdxOptions { FirstLabel = 1 });
        Assert.Equal([1, 0], numbered.Labels.data<long>().ToArray());
        Assert.Equal(["1", "2"], numbered.ClassNames);
    }

    [Fact]
    public void Images_that_are_written_column_by_column_are_turned()
    {
        using var set = ImageSet.FromIdx(File("images", TwoImages), options: new IdxOptions { Transposed = true });
        Assert.Equal(new ImageShape(1, 3, 2), set.Shape);
        // Pixel (row, column) is in the file at (column, row): 1 2 3 / 4 5 6 becomes 1 4 / 2 5 / 3 6.
        Assert.Equal([1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12], set.Images.Bits());
    }

    [Fact]
    public void Four_dimensions_are_images_of_several_channels()
    {
        var values = Enumerable.Range(0, 2 * 3 * 4 * 5).Select(i => (byte)i).ToArray();
        using var set = ImageSet.FromIdx(File("images", TestFiles.Idx([2, 3, 4, 5], values)));
        Assert.Equal(new ImageShape(3, 4, 5), set.Shape);
        Assert.Equal(values, set.Images.Bits());
        Assert.Contains("1 channel for gray, 3 for color, or 4.", Refused(TestFiles.Idx([2, 5, 4, 3], values)), StringComparison.Ordinal);
    }

    [Fact]
    public void Images_need_no_labels()
    {
        using var set = ImageSet.FromIdx(File("images", TwoImages));
        Assert.Equal([0, 0], set.Labels.data<long>().ToArray());
        Assert.Equal(["unlabeled"], set.ClassNames);
    }

    [Theory]
    [InlineData(new byte[] { 0, 1, 2 }, 0, "has 3 labels", "has 2 images")]
    [InlineData(new byte[] { 0, 3 }, 0, "has the label 3 (of image 1)", "labels are 0 to 2")]
    [InlineData(new byte[] { 1, 0 }, 1, "has the label 0 (of image 1)", "FirstLabel")]
    [InlineData(new byte[] { 1, 4 }, 1, "has the label 4 (of image 1)", "labels are 1 to 3")]
    public void Labels_that_do_not_match_are_reported(byte[] labels, int first, params string[] clues)
    {
        var (images, path) = (File("images", TwoImages), File("labels", TestFiles.Idx([labels.Length], labels)));
        var options = new IdxOptions { ClassNames = ["A", "B", "C"], FirstLabel = first };
        var message = Assert.Throws<InvalidDataException>(() => ImageSet.FromIdx(images, path, options)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.All(clues, clue => Assert.Contains(clue, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Files_of_another_shape_or_kind_are_reported_with_the_remedy()
    {
        Assert.Contains("then the labels", Refused(TestFiles.Idx([2], [0, 1])), StringComparison.Ordinal);
        Assert.Contains("has no pixels", Refused(TestFiles.Idx([0, 2, 3], [])), StringComparison.Ordinal);
        Assert.Contains("has no pixels", Refused(TestFiles.Idx([2, 0, 3], [])), StringComparison.Ordinal);
        Assert.Contains("Download it again", Refused(TwoImages[..^1]), StringComparison.Ordinal);
        Assert.Contains("Download it again", Refused(TestFiles.Compressed(TwoImages)[..^9]), StringComparison.Ordinal);
        Assert.Contains("a web page", Refused([.. "<html>"u8]), StringComparison.Ordinal);
        Assert.Contains("git lfs pull", Refused([.. "version https://git-lfs.github.com/spec/v1\n"u8]), StringComparison.Ordinal);
        Assert.Contains("a PNG image", Refused([0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n', 0, 0, 0, 13]), StringComparison.Ordinal);
        Assert.Contains("a zip archive: extract it", Refused([.. "PK"u8, 3, 4, 20, 0, 0, 0, 8, 0]), StringComparison.Ordinal);
        // Images passed as labels.
        var images = File("images", TwoImages);
        var error = Assert.Throws<InvalidDataException>(() => ImageSet.FromIdx(images, images));
        Assert.Contains("images first", error.Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => ImageSet.FromIdx(_folder.File("absent")));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageSet.FromIdx(images, images, new IdxOptions { FirstLabel = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageSet.FromIdx(images, images, new IdxOptions { FirstLabel = 256 }));
    }

    [Theory]
    [InlineData("ClassNames has null at index 1", "A", null)]
    [InlineData("ClassNames has 'B' twice", "A", "B", "B")]
    public void Class_names_that_are_null_or_equal_are_refused(string message, params string?[] names)
    {
        var options = new IdxOptions { ClassNames = names! };
        var path = File("images", TwoImages);
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => ImageSet.FromIdx(path, options: options)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string File(string name, byte[] content, bool isCompressed = false) =>
        _folder.File(name, isCompressed ? TestFiles.Compressed(content) : content);

    private string Refused(byte[] content)
    {
        var path = File("images", content);
        var message = Assert.Throws<InvalidDataException>(() => ImageSet.FromIdx(path)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        return message;
    }
}
