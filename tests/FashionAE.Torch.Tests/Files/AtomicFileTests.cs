using System.Runtime.Versioning;
using System.Text;
using FashionAE.Torch.Tests.Support;

namespace FashionAE.Torch.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_new_content_replaces_the_old()
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
    public void A_file_that_is_open_for_reading_keeps_its_content_when_it_is_replaced()
    {
        var path = _folder.File("data", [1, 2, 3]);
        using var old = AtomicFile.OpenRead(path);
        AtomicFile.Write(path, stream => stream.Write([4, 5, 6]));
        var read = new byte[3];
        old.ReadExactly(read);
        Assert.Equal([1, 2, 3], read);
        Assert.Contains("a folder", Assert.ThrowsAny<IOException>(() => AtomicFile.OpenRead(Path.GetDirectoryName(path)!)).Message, StringComparison.Ordinal);
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

    [Theory]
    [InlineData("data")]
    [InlineData("device")]
    public void A_content_that_may_not_read_another_file_is_not_a_fault_of_the_written_one(string name)
    {
        var path = _folder.File("data", [1, 2, 3]);
        if (OperatingSystem.IsLinux())
            File.CreateSymbolicLink(_folder.File("device"), "/dev/null");
        var denied = new UnauthorizedAccessException("Access to the path '/elsewhere/secret' is denied.");
        Assert.Same(denied, Assert.Throws<UnauthorizedAccessException>(() => AtomicFile.Write(_folder.File(name), stream =>
        {
            stream.Write([4]);
            throw denied;
        })));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp"));
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
        var error = Assert.ThrowsAny<IOException>(() => AtomicFile.WriteText(_folder.File("data"), "x"));
        Assert.StartsWith($"{_folder.File("data")} is a folder", error.Message, StringComparison.Ordinal);
        Assert.Equal(["data"], _folder.FileNames);
    }

    [SkippableTheory]
    [UnsupportedOSPlatform("windows")]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)]
    public void The_permissions_of_a_file_are_kept(UnixFileMode mode)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has permissions of another kind.");
        var path = _folder.File("data", [1]);
        File.SetUnixFileMode(path, mode);
        AtomicFile.Write(path, _ => Assert.Equal(0, (int)File.GetUnixFileMode(Assert.Single(Directory.GetFiles(_folder.Path, "*.tmp"))) & ~(int)mode));
        Assert.Equal(mode, File.GetUnixFileMode(path));
        Assert.Empty(File.ReadAllBytes(path));
    }

    [Fact]
    public void A_link_stays_and_its_last_target_is_replaced()
    {
        var target = Path.Combine(Directory.CreateDirectory(_folder.File("sub")).FullName, "data");
        File.WriteAllText(target, "old");
        File.CreateSymbolicLink(_folder.File("second"), Path.Combine("sub", "data"));
        File.CreateSymbolicLink(_folder.File("first"), "second");
        AtomicFile.WriteText(_folder.File("first"), "new");
        Assert.Equal("second", new FileInfo(_folder.File("first")).LinkTarget);
        Assert.Equal(Path.Combine("sub", "data"), new FileInfo(_folder.File("second")).LinkTarget);
        Assert.Equal("new", File.ReadAllText(target));
        Assert.Equal([target], Directory.GetFiles(_folder.File("sub")));
    }

    [Fact]
    public void A_link_to_nothing_stays_and_its_target_is_made()
    {
        File.CreateSymbolicLink(_folder.File("link"), "data");
        AtomicFile.WriteText(_folder.File("link"), "new");
        Assert.Equal("data", new FileInfo(_folder.File("link")).LinkTarget);
        Assert.Equal("new", File.ReadAllText(_folder.File("data")));
    }

    [SkippableFact]
    public void A_link_within_a_linked_folder_is_followed_like_by_the_system()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Other systems have other kinds of links.");
        Directory.CreateDirectory(_folder.File(Path.Combine("far", "away")));
        File.WriteAllText(_folder.File(Path.Combine("far", "data")), "old");
        File.CreateSymbolicLink(_folder.File(Path.Combine("far", "away", "link")), Path.Combine("..", "data"));
        Directory.CreateSymbolicLink(_folder.File("near"), Path.Combine("far", "away"));
        AtomicFile.WriteText(_folder.File(Path.Combine("near", "link")), "new");
        Assert.Equal("new", File.ReadAllText(_folder.File(Path.Combine("far", "data"))));
        Assert.Equal(["far", "near"], _folder.FileNames);
    }

    [SkippableFact]
    public void A_device_is_written_to_and_stays_one()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Other systems have other devices.");
        File.CreateSymbolicLink(_folder.File("nothing"), "/dev/null");
        AtomicFile.WriteText(_folder.File("nothing"), "gone");
        Assert.Equal("/dev/null", new FileInfo(_folder.File("nothing")).LinkTarget);
        File.WriteAllText("/dev/null", "gone, too");
        Assert.Empty(File.ReadAllBytes("/dev/null"));
        Assert.Equal(["nothing"], _folder.FileNames);
    }

    [SkippableFact]
    public void A_device_without_room_is_an_input_output_error()
    {
        Skip.IfNot(File.Exists("/dev/full"), "Only Linux has a device that is always full.");
        File.CreateSymbolicLink(_folder.File("full"), "/dev/full");
        Assert.ThrowsAny<IOException>(() => AtomicFile.WriteText(_folder.File("full"), "x"));
    }

    [SkippableFact]
    public void A_folder_that_cannot_be_written_to_is_an_input_output_error()
    {
        // Not even root can create files there.
        Skip.IfNot(Directory.Exists("/sys/kernel"), "Only Linux has a folder that nobody can write to.");
        var error = Assert.ThrowsAny<IOException>(() => AtomicFile.WriteText("/sys/kernel/fashionae-test", "x"));
        Assert.StartsWith("/sys/kernel/fashionae-test cannot be written", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
