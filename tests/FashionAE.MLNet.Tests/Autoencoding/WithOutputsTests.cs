using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Autoencoding;

public sealed class WithOutputsTests
{
    private readonly MLContext _ml = new(1);

    private IDataView Data => Images.View(_ml, 60, 4);

    [Fact]
    public void It_adds_what_a_file_of_the_model_would_add()
    {
        using var encoder = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", latentSize: 3, epochs: 1).Fit(Data);
        var file = Path.GetTempFileName();
        AutoencoderFile.Save(encoder.Model, file);
        var options = new ApplyAutoencoderOptions
        {
            InputColumnName = "Pixels",
            LatentColumnName = "Code",
            ReconstructionColumnName = "Decoded",
            MseColumnName = "Mse",
        };
        using var expected = _ml.Transforms.ApplyAutoencoder(file, options).Fit(Data);
        using var actual = encoder.WithOutputs(options);
        foreach (var column in (string[])["Code", "Decoded"])
            Assert.Equal(expected.Transform(Data).GetColumn<float[]>(column), actual.Transform(Data).GetColumn<float[]>(column));
        Assert.Equal(expected.Transform(Data).GetColumn<float>("Mse"), actual.Transform(Data).GetColumn<float>("Mse"));
        Assert.Same(encoder.History, actual.History);
        File.Delete(file);
    }

    [Fact]
    public void Other_outputs_of_a_detector_are_no_detector_and_outlive_it()
    {
        var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector(quantile: 0.5)).Fit(Data);
        var input = detector.InputColumnName;
        using var reconstruct = detector.WithOutputs(new() { InputColumnName = input, ReconstructionColumnName = "Decoded" });
        detector.Dispose();
        Assert.Null(reconstruct.Threshold);
        Assert.Null(reconstruct.Transform(Data).Schema.GetColumnOrNull("PredictedLabel"));
        Assert.Equal(60, reconstruct.Transform(Data).GetColumn<float[]>("Decoded").Count());
        Assert.Throws<ObjectDisposedException>(() => detector.WithOutputs(new() { LatentColumnName = "Code" }));
        Assert.Throws<ArgumentException>(() => reconstruct.WithOutputs(new()));
        Assert.Throws<ArgumentOutOfRangeException>(() => reconstruct.WithOutputs(new() { LatentColumnName = "Code", ScoringBatchSize = 0 }));
    }
}
