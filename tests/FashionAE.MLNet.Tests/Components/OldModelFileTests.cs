using System.Text.Json;
using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Components;

/// <summary>Loads model files that version 0.1.0 wrote, and compares the results with those recorded then.</summary>
public abstract class OldModelFileTests
{
    private readonly MLContext _ml = new(1);

    private IDataView Test => _ml.Data.TakeRows(Images.Garments(_ml), 5);

    [Fact]
    public void A_pipeline_of_every_step_gives_the_same_answers()
    {
        var (model, answers) = Load("pipeline");
        using var owner = (IDisposable)model;
        var view = model.Transform(Test);
        foreach (var name in new[] { "Noisy", "Turned", "Code", "Reconstruction" })
            AssertClose(Vectors(answers, name), view.GetColumn<float[]>(name).Take(2));
        foreach (var name in new[] { "Mse", "Psnr", "Ssim", "TurnedMse", "TurnedPsnr", "TurnedSsim" })
            AssertClose([Numbers(answers.GetProperty(name))], [view.GetColumn<float>(name).ToArray()]);
        var image = view.GetColumn<MLImage>("Image").First();
        using (image)
            Assert.All(
                Convert.FromHexString(answers.GetProperty("Image").GetString()!).Zip(image.Pixels.ToArray()), p => Assert.InRange(p.Second - p.First, -1, 1));
    }

    [Fact]
    public void A_detector_has_its_threshold_and_gives_the_same_verdicts()
    {
        var (model, answers) = Load("detector");
        using var detector = Assert.IsType<AutoencoderTransformer>(model);
        Assert.Equal(answers.GetProperty("Threshold").GetSingle(), detector.Threshold);
        Assert.Equal(100, detector.ScoringBatchSize);
        var view = detector.Transform(Test);
        AssertClose([Numbers(answers.GetProperty("Score"))], [view.GetColumn<float>("Score").ToArray()]);
        Assert.Equal(answers.GetProperty("PredictedLabel").EnumerateArray().Select(label => label.GetBoolean()), view.GetColumn<bool>("PredictedLabel"));
    }

    [Fact]
    public void Images_become_the_same_pixels_and_codes()
    {
        var (model, answers) = Load("images");
        using var owner = (IDisposable)model;
        var view = model.Transform(_ml.Transforms.DrawImages("Image", "Pixels", FashionMnist.Shape).Fit(Test).Transform(Test));
        Assert.Equal(Vectors(answers, "Pixels2"), view.GetColumn<float[]>("Pixels2").Take(2));
        AssertClose(Vectors(answers, "Code"), view.GetColumn<float[]>("Code"));
    }

    private (ITransformer Model, JsonElement Answers) Load(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Golden", $"{name}_version_0_1_0");
        var model = _ml.Model.Load($"{path}.zip", out _);
        foreach (var step in (model as IEnumerable<ITransformer> ?? [model]).OfType<AutoencoderTransformer>())
            step.ScoringEngine = Models.Engine;
        return (model, JsonDocument.Parse(File.ReadAllBytes($"{path}.json")).RootElement);
    }

    private static float[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetSingle())];

    private static float[][] Vectors(JsonElement answers, string name) => [.. answers.GetProperty(name).EnumerateArray().Select(Numbers)];

    // The arithmetic of another processor may differ in the last bits.
    private static void AssertClose(IEnumerable<float[]> expected, IEnumerable<float[]> actual)
    {
        var (a, b) = (expected.SelectMany(v => v).ToArray(), actual.SelectMany(v => v).ToArray());
        Assert.Equal(a.Length, b.Length);
        Assert.All(a.Zip(b), p => Assert.Equal(p.First, p.Second, 1e-4 * Math.Max(1, Math.Abs(p.First))));
    }
}

public sealed class OldModelFileTestsByLibTorch : OldModelFileTests, IClassFixture<ScoredByLibTorch>;

public sealed class OldModelFileTestsByOnnxRuntime : OldModelFileTests, IClassFixture<ScoredByOnnxRuntime>;
