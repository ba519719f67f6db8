using FashionAE.Cli.Tests.Support;
using FashionAE.Tests.Shared;

namespace FashionAE.Cli.Tests;

public sealed class OutputFileTests(ExportedSample sample) : IClassFixture<ExportedSample>, IDisposable
{
    private readonly CommandLine _command = new();

    [SkippableFact]
    public void A_device_is_written_to_and_not_replaced()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such device.");
        File.CreateSymbolicLink(_command.PathOf("nothing"), "/dev/null");
        Encode("nothing");
        Assert.Equal("/dev/null", new FileInfo(_command.PathOf("nothing")).LinkTarget);
        File.WriteAllText("/dev/null", "gone");
        Assert.Empty(File.ReadAllBytes("/dev/null"));
    }

    [SkippableFact]
    public void A_pipe_gets_the_table()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows keeps pipes elsewhere.");
        SpecialFile.Fifo(_command.PathOf("pipe"));
        var reader = Task.Run(() => File.ReadAllText(_command.PathOf("pipe")));
        Encode("pipe");
        Assert.True(reader.Wait(ChildProcess.Limit));
        Assert.Equal(1 + sample.Names.Length, reader.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void A_link_is_kept_and_its_target_gets_the_table()
    {
        Directory.CreateDirectory(_command.PathOf("tables"));
        File.WriteAllText(_command.PathOf("tables", "codes.csv"), "old");
        File.CreateSymbolicLink(_command.PathOf("link"), Path.Combine("tables", "codes.csv"));
        Encode("link");
        Assert.Equal(Path.Combine("tables", "codes.csv"), new FileInfo(_command.PathOf("link")).LinkTarget);
        Assert.Equal(sample.Names, new Table(_command.PathOf("tables", "codes.csv"))["File"]);
        Assert.Single(Directory.GetFiles(_command.PathOf("tables")));
    }

    public void Dispose() => _command.Dispose();

    private void Encode(string table)
    {
        var result = _command.Run("encode", "--model", sample.ModelFile, "--images", sample.Images, "--out", table);
        Assert.Empty(result.Errors);
        Assert.Equal(0, result.ExitCode);
    }
}
