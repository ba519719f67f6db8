using FashionAE.Cli.Tests.Support;
using FashionAE.MLNet;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.Cli.Tests;

public sealed class OnnxTests(ExportedSample sample) : IClassFixture<ExportedSample>, IDisposable
{
    private readonly CommandLine _command = new();

    [Fact]
    public void The_file_of_a_run_has_its_classes_and_metadata()
    {
        Assert.Equal(0, _command.Run("train", "rotation", "--inputs", "upright", "--epochs", "2", "--data", CommandLine.Sample, "--out", "run").ExitCode);
        var result = Write("run");
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("Wrote the encoder of run to model.onnx (0.4 MB)", Assert.Single(result.Output), StringComparison.Ordinal);
        using var session = new InferenceSession(_command.PathOf("model.onnx"));
        var metadata = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal(("rotation", "study", "1", "2"), (metadata["fashionae.study"], metadata["fashionae.recipe"], metadata["fashionae.seed"], metadata["fashionae.best_epoch"]));
        Assert.Equal("""["Trouser","Dress","Sandal","Bag"]""", metadata["fashionae.classes"]);
        Assert.Equal([-1, 784], session.InputMetadata["Pixels"].Dimensions);
        Assert.Equal([-1, 2], session.OutputMetadata["Latent"].Dimensions);
    }

    [Fact]
    public void Images_can_be_shaped()
    {
        Assert.Equal(0, Write(sample.ModelFile, "--part", "decoder", "--shaped").ExitCode);
        using var session = new InferenceSession(_command.PathOf("model.onnx"));
        Assert.Equal([-1, 3], session.InputMetadata["Latent"].Dimensions);
        Assert.Equal([-1, 1, 28, 28], session.OutputMetadata["Reconstruction"].Dimensions);
    }

    [Fact]
    public void A_network_for_vectors_is_exported_and_does_not_encode_images()
    {
        using (var model = new VectorArchitecture(2, 6).Build(1))
            AutoencoderFile.Save(model, _command.PathOf("table.safetensors"));
        Assert.Equal(0, Write("table.safetensors", "--part", "whole").ExitCode);
        using var session = new InferenceSession(_command.PathOf("model.onnx"));
        Assert.Equal([-1, 6], session.InputMetadata["Pixels"].Dimensions);
        Assert.Equal([-1, 6], session.OutputMetadata["Reconstruction"].Dimensions);
        var result = _command.Run("encode", "--model", "table.safetensors", "--images", sample.Images, "--out", "codes.csv");
        Assert.Equal(1, result.ExitCode);
        Message.Says(Assert.Single(result.Errors), "error: ", "vectors of 6 values", "not images");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Steps_before_a_detector_are_listed_and_an_error_threshold_is_exported(bool hasErrorScore)
    {
        var ml = new MLContext(seed: 1);
        var garments = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, CommandLine.Sample);
        var options = new AutoencoderAnomalyTrainer.Options
        {
            FeatureColumnName = "Scaled",
            Architecture = new DenseArchitecture(FashionMnist.Shape, 3) { HiddenSizes = [16] },
            Epochs = 1,
            Score = hasErrorScore ? AnomalyScore.MeanSquaredError : AnomalyScore.Combined,
        };
        using var model = ml.Transforms.Conversion.MapKeyToValue("Name", "Label")
            .Append(ml.Transforms.NormalizeMinMax("Scaled", "Pixels"))
            .Append(ml.AnomalyDetection.Trainers.Autoencoder(options))
            .Fit(garments);
        ml.Model.Save(model, garments.Schema, _command.PathOf("model.zip"));
        var result = Write("model.zip", "--part", "whole");
        Assert.Equal(0, result.ExitCode);
        if (!hasErrorScore)
            Assert.Contains("CombinedScore", result.Output[1]);
        var lines = result.Output.Skip(hasErrorScore ? 1 : 2).ToArray();
        Assert.StartsWith("Not in the file", lines[0], StringComparison.Ordinal);
        Assert.Equal(["    NormalizingTransformer: Scaled"], lines[1..]);

        using var session = new InferenceSession(_command.PathOf("model.onnx"));
        Assert.Equal(hasErrorScore, session.OutputMetadata.ContainsKey("IsAnomaly"));
        if (!hasErrorScore)
            return;
        Assert.Equal(model.LastTransformer.Threshold, float.Parse(session.ModelMetadata.CustomMetadataMap["fashionae.threshold"]));
    }

    [Fact]
    public void All_steps_are_listed_if_their_input_is_unknown()
    {
        var ml = new MLContext(seed: 1);
        using var image = MLImage.CreateFromFile(Path.Combine(sample.Images, sample.Names[0]));
        var images = ml.Data.LoadFromEnumerable([new Photo { Picture = image }]);
        using var model = ml.Transforms.ConvertToPixels("Pixels", FashionMnist.Shape, "Picture")
            .Append(ml.Transforms.ApplyAutoencoder("Code", "Pixels", sample.ModelFile))
            .Fit(images);
        ml.Model.Save(model, null, _command.PathOf("model.zip"));
        var result = Write("model.zip");
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("Not in the file", result.Output[1], StringComparison.Ordinal);
        Assert.Equal(["    ConvertToPixels: Pixels from Picture, 1x28x28, IsoCrop, upright, background #000000"], result.Output.Skip(2));
    }

    [Theory]
    [InlineData("--threshold requires --part whole", "--threshold", "0.1")]
    [InlineData("--threshold must be 0 or more", "--part", "whole", "--threshold", "-1")]
    [InlineData("half", "--part", "half")]
    public void A_wrong_use_ends_with_2_and_one_line_that_names_it(string named, params string[] options)
    {
        var result = Write(sample.ModelFile, options);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(named, Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.False(File.Exists(_command.PathOf("model.onnx")));
    }

    [Fact]
    public void A_missing_model_is_reported()
    {
        var result = Write("nowhere");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("'nowhere'", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    public void Dispose() => _command.Dispose();

    private CommandResult Write(string model, params string[] options) => _command.Run(["onnx", model, "--out", "model.onnx", .. options]);

    private sealed class Photo
    {
        [ImageType(28, 28)]
        public MLImage? Picture { get; set; }
    }
}
