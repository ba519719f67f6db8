using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;

namespace FashionAE.MLNet.Tests.Autoencoding;

/// <summary>Tests that ML.NET's own scorer of ONNX models has the same outputs as the transformer.</summary>
public abstract class OnnxScoringTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-onnx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_autoencoder_gives_the_same_columns()
    {
        var data = Images.View(_ml, 300);
        using var encoder = Models.Fit(_ml, Models.AllColumns());
        var view = Apply(encoder.Model, OnnxPart.Whole, null, ["Latent", "Reconstruction"]).Transform(encoder.Transform(data));
        AssertClose(Column(view, "Code"), Column(view, "Latent"));
        AssertClose(Column(view, "Clean"), Column(view, "Reconstruction"));
    }

    [Fact]
    public void A_detector_finds_the_same_anomalies()
    {
        var data = Images.View(_ml, 300);
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector(quantile: 0.9, score: AnomalyScore.MeanSquaredError)).Fit(data);
        var options = new OnnxFileOptions { Threshold = detector.Threshold };
        var view = Apply(detector.Model, OnnxPart.Whole, options, ["Mse", "IsAnomaly", "ErrorMap"]).Transform(detector.Transform(data));
        AssertClose([.. view.GetColumn<float>("Score")], Column(view, "Mse"));
        Assert.All(Column(view, "ErrorMap").Chunk(Images.Size).Zip(Column(view, "Mse")), row => Assert.Equal(row.Second, row.First.Average(), 1e-6f));
        var expected = view.GetColumn<bool>("PredictedLabel").ToArray();
        Assert.Equal([false, true], expected.Distinct().Order());
        // A score that equals the threshold up to rounding may be on either side.
        Assert.InRange(view.GetColumn<bool[]>("IsAnomaly").Select(values => values.Single()).Zip(expected).Count(pair => pair.First != pair.Second), 0, 1);
    }

    private OnnxTransformer Apply(Autoencoder model, OnnxPart part, OnnxFileOptions? options, string[] outputs)
    {
        var path = Path.Combine(_folder, "model.onnx");
        OnnxFile.Save(model, path, part, options);
        return _ml.Transforms.ApplyOnnxModel(outputs, ["Pixels"], path).Fit(Images.View(_ml, 1));
    }

    private static float[] Column(IDataView view, string name) => [.. view.GetColumn<float[]>(name).SelectMany(values => values)];

    private static void AssertClose(float[] expected, float[] actual)
    {
        var largest = expected.Max(Math.Abs);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f * largest));
    }
}

public sealed class OnnxScoringTestsByLibTorch : OnnxScoringTests, IClassFixture<ScoredByLibTorch>;

public sealed class OnnxScoringTestsByOnnxRuntime : OnnxScoringTests, IClassFixture<ScoredByOnnxRuntime>;
