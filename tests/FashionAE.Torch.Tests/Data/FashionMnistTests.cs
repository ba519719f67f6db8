using FashionAE.Torch.Tests.Support;

namespace FashionAE.Torch.Tests.Data;

public sealed class FashionMnistTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(FashionMnistSplit.Train, 155)]
    [InlineData(FashionMnistSplit.Test, 50)]
    public void The_sample_has_as_many_images_of_every_class(FashionMnistSplit split, int perClass)
    {
        using var images = FashionMnist.Load(split, TestFiles.Sample);
        Assert.Equal(10 * perClass, images.Count);
        Assert.Equal([images.Count, 1, 28, 28], images.Images.shape);
        Assert.Equal(new ImageShape(1, 28, 28), images.Shape);
        Assert.Equal("Ankle boot", images.ClassNames[9]);
        var labels = images.Labels.data<long>().ToArray();
        Assert.All(Enumerable.Range(0, 10), label => Assert.Equal(perClass, labels.Count(l => l == label)));
    }

    [Fact]
    public void An_undefined_part_is_refused() => Assert.Equal(
        "split", Assert.Throws<ArgumentOutOfRangeException>(() => FashionMnist.Load((FashionMnistSplit)2, TestFiles.Sample)).ParamName);

    [Fact]
    public void Pixels_keep_their_places()
    {
        WriteDataSet([3, 28, 28], [4, 0, 9]);
        using var images = FashionMnist.Load(FashionMnistSplit.Train, _folder.Path);
        Assert.Equal(Enumerable.Range(0, 3 * 784).Select(i => (byte)(i % 251)), images.Images.Bits());
        Assert.Equal([4, 0, 9], images.Labels.data<long>().ToArray());
    }

    [Fact]
    public void Files_may_be_compressed_or_not()
    {
        WriteDataSet([2, 28, 28], [1, 2]);
        _folder.File("t10k-labels-idx1-ubyte.gz", TestFiles.Compressed(TestFiles.Idx([2], [7, 8])));
        File.Delete(_folder.File("t10k-labels-idx1-ubyte"));
        using var images = FashionMnist.Load(FashionMnistSplit.Test, _folder.Path);
        Assert.Equal([7, 8], images.Labels.data<long>().ToArray());
    }

    [Fact]
    public void Counts_that_disagree_are_refused()
    {
        WriteDataSet([3, 28, 28], [1, 2]);
        var error = Assert.Throws<InvalidDataException>(() => FashionMnist.Load(FashionMnistSplit.Train, _folder.Path));
        Assert.Contains(_folder.File("train-labels-idx1-ubyte"), error.Message, StringComparison.Ordinal);
        Assert.Contains("2 labels", error.Message, StringComparison.Ordinal);
        Assert.Contains("3 images", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_is_no_class_is_refused()
    {
        WriteDataSet([3, 28, 28], [1, 10, 2]);
        var error = Assert.Throws<InvalidDataException>(() => FashionMnist.Load(FashionMnistSplit.Train, _folder.Path));
        Assert.Contains("label 10", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 28)]
    [InlineData(3, 28, 27)]
    [InlineData(3, 1, 28, 28)]
    public void Images_of_another_shape_are_refused(params int[] shape)
    {
        WriteDataSet(shape, [1, 2, 3]);
        var error = Assert.Throws<InvalidDataException>(() => FashionMnist.Load(FashionMnistSplit.Test, _folder.Path));
        Assert.Contains(_folder.File("t10k-images-idx3-ubyte"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_corrupt_file_is_reported_by_its_name()
    {
        WriteDataSet([3, 28, 28], [1, 2, 3]);
        var path = _folder.File("train-images-idx3-ubyte");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..1000]);
        var error = Assert.Throws<InvalidDataException>(() => FashionMnist.Load(FashionMnistSplit.Train, _folder.Path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_is_reported_with_the_remedy()
    {
        var missing = _folder.File("nowhere");
        var error = Assert.Throws<DirectoryNotFoundException>(() => FashionMnist.Load(FashionMnistSplit.Train, missing));
        Assert.Contains(missing, error.Message, StringComparison.Ordinal);
        Assert.Contains("dataset-fashion-mnist", error.Message, StringComparison.Ordinal);
        Assert.Contains("FashionMnist.DownloadAsync()", error.Message, StringComparison.Ordinal);
        // Options belong to the command line, not to the library.
        Assert.DoesNotContain("--", error.Message, StringComparison.Ordinal);
        Assert.Contains("$FASHION_MNIST", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_located_only_while_it_has_all_four_files()
    {
        WriteDataSet([1, 28, 28], [1]);
        Assert.Equal(_folder.Path, FashionMnist.Locate(_folder.Path));
        foreach (var name in _folder.FileNames.ToArray())
        {
            File.Move(_folder.File(name), _folder.File("aside"));
            Assert.Null(FashionMnist.Locate(_folder.Path));
            File.Move(_folder.File("aside"), _folder.File(name));
        }
    }

    [Fact]
    public void The_environment_variable_decides_if_no_folder_is_specified()
    {
        var before = Environment.GetEnvironmentVariable("FASHION_MNIST");
        try
        {
            Environment.SetEnvironmentVariable("FASHION_MNIST", TestFiles.Sample);
            Assert.Equal(TestFiles.Sample, FashionMnist.Locate());
            using var images = FashionMnist.Load(FashionMnistSplit.Test);
            Assert.Equal(500, images.Count);

            Environment.SetEnvironmentVariable("FASHION_MNIST", _folder.Path);
            Assert.Null(FashionMnist.Locate());
            var error = Assert.Throws<DirectoryNotFoundException>(() => FashionMnist.Load(FashionMnistSplit.Test));
            Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("FASHION_MNIST", before);
        }
    }

    public void Dispose() => _folder.Dispose();

    private void WriteDataSet(int[] shape, byte[] labels)
    {
        var pixels = new byte[shape.Aggregate(1, (size, length) => size * length)];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i % 251);
        foreach (var prefix in new[] { "train", "t10k" })
        {
            _folder.File($"{prefix}-images-idx3-ubyte", TestFiles.Idx(shape, pixels));
            _folder.File($"{prefix}-labels-idx1-ubyte", TestFiles.Idx([labels.Length], labels));
        }
    }
}
