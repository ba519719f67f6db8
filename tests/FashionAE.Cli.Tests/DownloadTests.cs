using System.IO.Compression;
using FashionAE.Cli.Tests.Support;
using FashionAE.Torch;

namespace FashionAE.Cli.Tests;

public sealed class DownloadTests : IDisposable
{
    private readonly CommandLine _command = new();

    [SkippableFact]
    public void The_data_set_is_downloaded_once_and_found_afterwards()
    {
        var published = FashionMnist.Locate();
        Skip.If(published is null, "Fashion-MNIST is not on this machine.");
        var folder = _command.PathOf("data");
        using (var server = new FileServer(name => Packed(Path.Combine(published, name))))
        {
            var fetched = _command.Run("download", "--data", folder, "--from", server.Address);
            Assert.Equal(0, fetched.ExitCode);
            Assert.Equal([$"Fashion-MNIST is in {folder}"], fetched.Output);
            Assert.Contains(server.Address, Assert.Single(fetched.Errors), StringComparison.Ordinal);
        }
        Assert.Equal(folder, FashionMnist.Locate(folder));

        // The server is stopped, so nothing can be downloaded again.
        _command.Variables["FASHION_MNIST"] = folder;
        var found = _command.Run("download");
        Assert.Equal([$"Fashion-MNIST is in {folder}"], found.Output);
        Assert.Empty(found.Errors);
        Assert.Equal(0, found.ExitCode);
    }

    [Fact]
    public void A_folder_with_the_data_set_is_not_changed()
    {
        var result = _command.Run("download", "--data", CommandLine.Sample);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal([$"Fashion-MNIST is in {CommandLine.Sample}"], result.Output);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public void A_server_without_the_files_is_reported_with_the_remedies()
    {
        using var server = new FileServer(_ => null);
        ExpectFailure("404", server.Address);
    }

    [Fact]
    public void A_file_that_is_not_the_published_one_is_rejected()
    {
        using var server = new FileServer(_ => "<html>Please log in</html>"u8.ToArray());
        ExpectFailure("train-images-idx3-ubyte.gz is not the published file", server.Address);
    }

    [Fact]
    public void An_address_without_a_server_is_reported_with_the_remedies()
    {
        string address;
        using (var server = new FileServer(_ => null))
            address = server.Address;
        ExpectFailure("refused", address);
    }

    [Fact]
    public void A_folder_that_cannot_be_created_is_reported_with_the_remedy()
    {
        File.WriteAllText(_command.PathOf("file"), "in the way");
        using var server = new FileServer(_ => null);
        var result = _command.Run("download", "--data", _command.PathOf("file", "data"), "--from", server.Address);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"error: Fashion-MNIST could not be stored in {_command.PathOf("file", "data")} (", result.Errors[^1], StringComparison.Ordinal);
        Assert.Contains("'fashionae download --data DIR'", result.Errors[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://data.example/")]
    [InlineData("/usr/share")]
    public void An_address_of_another_scheme_is_rejected(string address)
    {
        var result = _command.Run("download", "--from", address);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(address, Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    public void Dispose() => _command.Dispose();

    private void ExpectFailure(string reason, string address)
    {
        var folder = _command.PathOf("data");
        var result = _command.Run("download", "--data", folder, "--from", address);
        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        // A line with the attempt, and one line with the error and the remedy.
        Assert.Equal(2, result.Errors.Count);
        var line = result.Errors[^1];
        Assert.StartsWith($"error: Fashion-MNIST could not be downloaded from {address} (", line, StringComparison.Ordinal);
        foreach (var text in (string[])[reason, "fashionae download", "--from", "dataset-fashion-mnist", "--data", "$FASHION_MNIST"])
            Assert.Contains(text, line, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    private static byte[] Packed(string path)
    {
        if (File.Exists(path))
            return File.ReadAllBytes(path);
        using var result = new MemoryStream();
        using (var gzip = new GZipStream(result, CompressionLevel.Fastest))
            gzip.Write(File.ReadAllBytes(path[..^".gz".Length]));
        return result.ToArray();
    }
}
