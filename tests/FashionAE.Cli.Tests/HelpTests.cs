using FashionAE.Cli.Tests.Support;

namespace FashionAE.Cli.Tests;

public sealed class HelpTests
{
    [Theory]
    [InlineData("export", "--split", "--classes", "--count", "--out", "--data", "--overwrite")]
    [InlineData("report", "--model", "--images", "--recursive", "--title", "--out", "--device", "--threads", "--data")]
    [InlineData("download", "--data", "--from")]
    [InlineData("onnx", "--part", "--out", "--shaped", "--threshold")]
    [InlineData("encode", "--model", "--images", "--out", "--invert", "--recursive", "--batch-size", "--shard")]
    [InlineData(
        "detect", "--normal", "--model", "--images", "--out", "--recursive", "--all-overlays", "--size", "--channels", "--epochs", "--latent-size",
        "--false-alarms", "--seed", "--invert", "--background", "--as-stored", "--maximum-pixels")]
    [InlineData("merge")]
    public void Help_explains_every_option(string command, params string[] options)
    {
        using var line = new CommandLine();
        var result = line.Run(command, "--help");
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Errors);
        // The option and its value, two spaces, and a description.
        foreach (var option in options)
            Assert.Single(result.Output, text => text.TrimStart().StartsWith(option, StringComparison.Ordinal) && text.Trim().Split("  ", 2) is [_, { Length: > 10 }]);
        Assert.Single(line.Run("--help").Output, text => text.TrimStart().StartsWith(command + " ", StringComparison.Ordinal));
    }
}
