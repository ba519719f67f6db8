using FashionAE.Cli.Tests.Support;

namespace FashionAE.Cli.Tests;

public sealed class BadInputTests : IDisposable
{
    private readonly CommandLine _command = new();

    [Theory]
    [InlineData("--nonsense", "train", "denoising", "--nonsense")]
    [InlineData("many", "train", "denoising", "--epochs", "many")]
    [InlineData("sideways", "train", "rotation", "--inputs", "sideways")]
    [InlineData("--copies", "train", "denoising", "--copies", "3")]
    [InlineData("--threads", "train", "denoising", "--threads", "0")]
    [InlineData("--threads", "train", "denoising", "--threads", "100000")]
    [InlineData("wide", "summary", "wide")]
    [InlineData("'nope'", "nope")]
    [InlineData("'nope'", "train", "nope")]
    [InlineData("--out", "train", "denoising", "--out", "")]
    [InlineData("--out", "export", "--out", "")]
    [InlineData("--out", "encode", "--model", "m", "--images", "i", "--out", "")]
    [InlineData("--out", "report", "run", "--out", "")]
    public void A_wrong_use_ends_with_2_and_one_line_that_names_it(string named, params string[] arguments) => ExpectLine(2, named, arguments);

    [Fact]
    public void A_folder_without_the_data_is_reported_with_the_remedy()
    {
        var nowhere = _command.PathOf("nowhere");
        ExpectLine(1, $"'fashionae download --data {nowhere}'", "train", "denoising", "--data", nowhere);
        _command.Variables["FASHION_MNIST"] = nowhere;
        ExpectLine(1, $"'fashionae download --data {nowhere}'", "export", "--out", "images");
        Assert.Empty(Directory.GetFileSystemEntries(_command.Folder));
    }

    [Fact]
    public void A_truncated_data_file_is_reported()
    {
        var data = _command.PathOf("data");
        Directory.CreateDirectory(data);
        foreach (var file in Directory.GetFiles(CommandLine.Sample))
            File.Copy(file, Path.Combine(data, Path.GetFileName(file)));
        var labels = Path.Combine(data, "train-labels-idx1-ubyte.gz");
        File.WriteAllBytes(labels, File.ReadAllBytes(labels)[..100]);
        ExpectLine(1, labels, "train", "denoising", "--data", data);
    }

    [Fact]
    public void A_folder_that_is_not_a_run_is_reported_before_the_data_is_searched()
    {
        _command.Variables["FASHION_MNIST"] = _command.PathOf("no data");
        ExpectLine(1, "nowhere", "evaluate", "nowhere");
    }

    [Fact]
    public void The_error_of_a_NaN_loss_has_a_remedy() =>
        ExpectLine(1, "learning rate", "train", "rotation", "--inputs", "upright", "--epochs", "1", "--learning-rate", "1e30", "--data", CommandLine.Sample);

    [Fact]
    public void An_invalid_number_is_reported_without_NET_types() =>
        Assert.DoesNotContain("System.", ExpectLine(2, "'many' for option '--epochs'", "train", "denoising", "--epochs", "many"), StringComparison.Ordinal);

    [Theory]
    [InlineData("denoising", "--epochs", "0")]
    [InlineData("denoising", "--batch-size", "-1")]
    [InlineData("denoising", "--noise", "-0.5")]
    [InlineData("denoising", "--learning-rate", "nan")]
    [InlineData("rotation", "--copies", "-1")]
    [InlineData("rotation", "--copies", "2000000000")]
    [InlineData("rotation", "--batch-size", "3000000")]
    [InlineData("rotation", "--degrees", "-3")]
    [InlineData("rotation", "--copies", "1", "--inputs", "upright")]
    public void An_option_out_of_range_is_rejected_with_its_name(string study, string option, string value, params string[] others) =>
        ExpectLine(1, $"{option} must be", ["train", study, option, value, .. others, "--data", CommandLine.Sample]);

    [Fact]
    public void An_unknown_device_is_rejected() => ExpectLine(1, "abacus", "train", "denoising", "--device", "abacus", "--data", CommandLine.Sample);

    [Fact]
    public void A_corrupt_model_is_reported_and_not_changed()
    {
        Train("run");
        var model = _command.PathOf("run", "model.safetensors");
        File.WriteAllBytes(model, File.ReadAllBytes(model)[..1000]);
        ExpectLine(1, "run/model.safetensors", "evaluate", "run", "--data", CommandLine.Sample);
        Assert.Equal(1000, new FileInfo(model).Length);
    }

    [Fact]
    public void A_finished_run_is_not_replaced_without_overwrite()
    {
        Train("run");
        var before = File.ReadAllBytes(_command.PathOf("run", "model.safetensors"));
        ExpectLine(1, "--resume", "train", "rotation", "--inputs", "upright", "--epochs", "1", "--seed", "2", "--data", CommandLine.Sample, "--out", "run");
        Assert.Equal(before, File.ReadAllBytes(_command.PathOf("run", "model.safetensors")));
    }

    public void Dispose() => _command.Dispose();

    private void Train(string run) =>
        Assert.Equal(0, _command.Run("train", "rotation", "--inputs", "upright", "--epochs", "1", "--data", CommandLine.Sample, "--out", run).ExitCode);

    private string ExpectLine(int exitCode, string named, params string[] arguments)
    {
        var result = _command.Run(arguments);
        var line = Assert.Single(result.Errors);
        Assert.StartsWith("error: ", line, StringComparison.Ordinal);
        Assert.Contains(named, line, StringComparison.Ordinal);
        Assert.Equal(exitCode, result.ExitCode);
        return line;
    }
}
