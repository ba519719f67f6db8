using FashionAE.Cli.Tests.Support;
using FashionAE.MLNet;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;

namespace FashionAE.Cli.Tests;

public sealed class SummaryTests : IDisposable
{
    // 784-16-3 and reversed: linear layers with biases, and batch normalization of 16 values in encoder and decoder.
    private const int Parameters = 784 * 16 + 16 + 2 * 16 + 16 * 3 + 3 + 3 * 16 + 16 + 2 * 16 + 16 * 784 + 784;

    private readonly CommandLine _command = new();

    [Theory]
    [InlineData("convolutional", "195,459", "0.00", "0.38", "0.75", "1.13")]
    [InlineData("dense", "1,159,242", "0.00", "0.08", "4.42", "4.50")]
    public void An_architecture_has_the_same_figures_as_in_torchsummary(string name, params string[] figures) =>
        Assert.Equal(Expected(figures[0], figures[1..]), Summary(name));

    [Fact]
    public void A_run_a_file_and_a_pipeline_are_summarized()
    {
        Directory.CreateDirectory(_command.PathOf("run"));
        using (var network = new DenseArchitecture(FashionMnist.Shape, 3) { HiddenSizes = [16] }.Build())
        {
            AutoencoderFile.Save(network, _command.PathOf("garments.safetensors"));
            AutoencoderFile.Save(network, _command.PathOf("run", "model.safetensors"));
            var ml = new MLContext(1);
            var garments = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, CommandLine.Sample);
            using var model = ml.Transforms.ApplyAutoencoder("Code", "Pixels", _command.PathOf("garments.safetensors")).Fit(garments);
            ml.Model.Save(model, garments.Schema, _command.PathOf("model.zip"));
        }
        // Outputs: Flatten 784; Linear, BatchNorm1d, ReLU, Dropout 16; Linear 3; Linear, BatchNorm1d, ReLU 16;
        // Linear, Sigmoid, Unflatten 784.
        var passes = 2 * 4 * (784 + 4 * 16 + 3 + 3 * 16 + 3 * 784);
        string[] figures = [Megabytes(4 * 784), Megabytes(passes), Megabytes(4 * Parameters), Megabytes(4 * 784 + passes + 4 * Parameters)];
        foreach (var path in (string[])["run", "garments.safetensors", "model.zip"])
            Assert.Equal(Expected("26,067", figures), Summary(path));
    }

    [Fact]
    public void An_invalid_model_is_reported()
    {
        File.WriteAllText(_command.PathOf("page.safetensors"), "<html></html>");
        var result = _command.Run("summary", "page.safetensors");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("a web page", Assert.Single(result.Errors), StringComparison.Ordinal);

        // The remedy must fit this command, which has no option --model.
        Directory.CreateDirectory(_command.PathOf("empty"));
        var folder = _command.Run("summary", "empty");
        Assert.Equal(1, folder.ExitCode);
        var error = Assert.Single(folder.Errors);
        Message.Says(error, "error: empty ", "no model", "'fashionae train'");
        Assert.DoesNotContain("--model", error);
    }

    public void Dispose() => _command.Dispose();

    private static string Megabytes(double bytes) => FormattableString.Invariant($"{bytes / 1024 / 1024:F2}");

    private static string[] Expected(string parameters, string[] megabytes) =>
    [
        $"Total params: {parameters}", $"Trainable params: {parameters}", "Non-trainable params: 0", "",
        $"Input size (MB): {megabytes[0]}", $"Forward/backward pass size (MB): {megabytes[1]}", $"Params size (MB): {megabytes[2]}",
        $"Estimated Total Size (MB): {megabytes[3]}",
    ];

    private string[] Summary(string model)
    {
        var result = _command.Run("summary", model);
        Assert.Empty(result.Errors);
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("layer ", result.Output[0], StringComparison.Ordinal);
        return [.. result.Output.TakeLast(8)];
    }
}
