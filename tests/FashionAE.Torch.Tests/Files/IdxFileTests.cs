using System.IO.Compression;
using FashionAE.Torch.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace FashionAE.Torch.Tests.Files;

public sealed class IdxFileTests : IDisposable
{
    // Two zero bytes, type 0x08, two dimensions of 2 and 3, six values: written by hand from the description of the format.
    private static readonly byte[] TwoByThree = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 10, 11, 12, 13, 14, 255];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, byte[], string> MalformedFiles => new()
    {
        { "no magic number", [1, .. TwoByThree[1..]], "begins with 01 00" },
        { "a gzip header without content", [0x1f, 0x8b], "" },
        { "another element type", [0, 0, 0x0d, .. TwoByThree[3..]], "0x0d" },
        { "no dimension", [0, 0, 8, 0, 10], "0 dimensions" },
        { "nine dimensions", [0, 0, 8, 9, .. new byte[36]], "9 dimensions" },
        { "a negative dimension", [0, 0, 8, 1, 0xff, 0xff, 0xff, 0xff], "dimension 0 is -1" },
        { "an empty file", [], "it is empty. Download it again." },
        { "two bytes", TwoByThree[..2], "it is too short for a header. Download it again." },
        { "a header cut in a dimension", TwoByThree[..7], "header" },
        { "values cut", TwoByThree[..^1], "values" },
        { "a byte too many", [.. TwoByThree, 0], "after its 6 values" },
        { "2,147,483,647 values", [0, 0, 8, 1, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3], "2147483647 values" },
        { "more values than an integer counts", [0, 0, 8, 3, .. Enumerable.Repeat<byte>(0x7f, 12), 1, 2, 3], "values" },
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Files_of_every_shape_are_read(bool isCompressed)
    {
        var shapes = Gen.Choose(1, 8).SelectMany(dimensions => Gen.Choose(0, dimensions < 4 ? 9 : 2).ArrayOf(dimensions));
        var files = from shape in shapes
                    from values in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(shape.Aggregate(1, (size, length) => size * length))
                    select (shape, values);
        Prop.ForAll(files.ToArbitrary(), file =>
        {
            var content = TestFiles.Idx(file.shape, file.values);
            var read = IdxFile.Read(_folder.File("values", isCompressed ? TestFiles.Compressed(content) : content));
            Assert.Equal(file.shape, read.Shape);
            Assert.Equal(file.values, read.Values);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Compression_is_detected_by_the_content_not_by_the_name()
    {
        Assert.Equal([2, 3], IdxFile.Read(_folder.File("values", TestFiles.Compressed(TwoByThree))).Shape);
        Assert.Equal([2, 3], IdxFile.Read(_folder.File("values.gz", TwoByThree)).Shape);
    }

    [Theory]
    [MemberData(nameof(MalformedFiles))]
    public void A_malformed_file_is_refused_with_its_name_and_the_reason(string name, byte[] content, string reason)
    {
        foreach (var path in new[] { _folder.File("plain", content), _folder.File("compressed", TestFiles.Compressed(content)) })
        {
            var error = Assert.Throws<InvalidDataException>(() => IdxFile.Read(path));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            if (path.EndsWith("plain", StringComparison.Ordinal))
                Assert.True(error.Message.Contains(reason, StringComparison.Ordinal), $"{name}: {error.Message}");
        }
    }

    [Fact]
    public void No_truncation_of_a_compressed_file_loses_values_unnoticed()
    {
        var whole = TestFiles.Compressed(TwoByThree);
        for (var length = 0; length < whole.Length; length++)
        {
            var path = _folder.File("values.gz", whole[..length]);
            Assert.Throws<InvalidDataException>(() => IdxFile.Read(path));
        }
    }

    [Fact]
    public void A_compressed_file_with_a_flipped_value_is_refused()
    {
        // Stored instead of deflated, so that the test can change the value itself.
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.NoCompression, leaveOpen: true))
            gzip.Write(TwoByThree);
        var bytes = stream.ToArray();
        bytes[bytes.AsSpan().IndexOf<byte>([10, 11, 12])] ^= 1;
        Assert.Throws<InvalidDataException>(() => IdxFile.Read(_folder.File("values.gz", bytes)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tiny_file_with_a_header_for_two_billion_values_allocates_no_memory(bool isCompressed)
    {
        byte[] content = [0, 0, 8, 1, 0x7f, 0xff, 0xff, 0x00, 1, 2, 3];
        var path = _folder.File("values", isCompressed ? TestFiles.Compressed(content) : content);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => IdxFile.Read(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void A_missing_file_is_reported_by_its_name()
    {
        var error = Assert.Throws<FileNotFoundException>(() => IdxFile.Read(_folder.File("absent")));
        Assert.Contains("absent", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
