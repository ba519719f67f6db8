using System.Text;
using FashionAE.Torch.Tests.Support;

namespace FashionAE.Torch.Tests.Persistence;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_new_content_takes_the_place_of_the_old()
    {
        var path = _folder.File("text.json", [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        AtomicFile.WriteText(path, "naïve");
        Assert.Equal(Encoding.UTF8.GetBytes("naïve"), File.ReadAllBytes(path));
        Assert.Equal(["text.json"], _folder.FileNames);
    }

    [Fact]
    public void A_reader_sees_the_old_content_until_all_is_written()
    {
        var path = _folder.File("data", [1]);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            stream.Flush();
            Assert.Equal([1], File.ReadAllBytes(path));
        });
        Assert.Equal(100_000, File.ReadAllBytes(path).Length);
    }

    [Fact]
    public void A_failure_halfway_leaves_the_old_content_and_nothing_else()
    {
        var path = _folder.File("data", [1, 2, 3]);
        Assert.Throws<FormatException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new FormatException("halfway");
        }));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal(["data"], _folder.FileNames);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_input_output_error()
    {
        Assert.ThrowsAny<IOException>(() => AtomicFile.WriteText(Path.Combine(_folder.File("nowhere"), "data"), "x"));
        Assert.Empty(_folder.FileNames);
    }

    [Fact]
    public void A_folder_in_the_place_of_the_file_is_an_input_output_error()
    {
        Directory.CreateDirectory(_folder.File("data"));
        Assert.ThrowsAny<IOException>(() => AtomicFile.WriteText(_folder.File("data"), "x"));
        Assert.Equal(["data"], _folder.FileNames);
    }

    [SkippableFact]
    public void A_folder_that_cannot_be_written_to_is_an_input_output_error()
    {
        // Not even root may make files there.
        Skip.IfNot(Directory.Exists("/sys/kernel"), "Only Linux has a folder that nobody can write to.");
        Assert.ThrowsAny<IOException>(() => AtomicFile.WriteText("/sys/kernel/fashionae-test", "x"));
    }

    public void Dispose() => _folder.Dispose();
}
