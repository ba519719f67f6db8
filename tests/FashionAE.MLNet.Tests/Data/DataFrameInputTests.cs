using FashionAE.MLNet.Tests.Support;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Data;

/// <summary>A data frame works as input of each component, with the same results as the view that it was created from.</summary>
public class DataFrameInputTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly ImageRow[] _rows = Images.Rows(40);

    private IDataView View => _ml.Data.LoadFromEnumerable(_rows);

    private DataFrame Frame => View.ToDataFrame(-1, "Pixels", "Noisy", "Name");

    [Fact]
    public void An_autoencoder_is_trained_on_a_data_frame()
    {
        var options = Models.AllColumns();
        options.TargetColumnName = "Noisy";
        using var ofView = _ml.Transforms.Autoencode(options).Fit(View);
        using var ofFrame = _ml.Transforms.Autoencode(options).Fit(Frame);
        AssertSame(ofView.Transform(View), ofFrame.Transform(Frame), ["Code", "Clean"], ["Mse", "Psnr", "Ssim"]);
    }

    [Fact]
    public void Anomalies_are_found_in_a_data_frame()
    {
        var trainer = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector());
        using var ofView = trainer.Fit(View);
        using var ofFrame = trainer.Fit(Frame);
        AssertSame(ofView.Transform(View), ofFrame.Transform(Frame), [], ["Score"]);
        Assert.Equal(ofView.Transform(View).GetColumn<bool>("PredictedLabel"), ofFrame.Transform(Frame).GetColumn<bool>("PredictedLabel"));
    }

    [Fact]
    public void A_data_frame_is_augmented_and_scored()
    {
        var pipeline = _ml.Transforms.AddGaussianNoise("Noise", "Pixels", seed: 1)
            .Append(_ml.Transforms.RotateImages("Turned", "Pixels", new ImageRotatingEstimator.Options { Copies = 2, Seed = 1, Shape = Images.Shape }))
            .Append(_ml.Transforms.ScoreReconstruction("Pixels", "Turned", new ReconstructionScoringEstimator.Options { MseColumnName = "Mse", PsnrColumnName = "Psnr", SsimColumnName = "Ssim", Shape = Images.Shape }));
        AssertSame(pipeline.Fit(View).Transform(View), pipeline.Fit(Frame).Transform(Frame), ["Noise", "Turned"], ["Mse", "Psnr", "Ssim"]);
        var (expected, actual) = (Evaluate(View), Evaluate(Frame));
        Assert.Equal(expected, actual with { PerClass = expected.PerClass });
        Assert.Equal(expected.PerClass, actual.PerClass);

        Torch.ReconstructionMetrics Evaluate(IDataView data) => _ml.Reconstruction.Evaluate(data, "Pixels", "Noisy", "Name", Images.Shape);
    }

    [Fact]
    public void Codes_and_scores_become_a_data_frame()
    {
        using var model = Models.Fit(_ml, Models.AllColumns());
        var scored = model.Transform(View);
        var table = scored.ToDataFrame(-1, "Code", "Mse", "Name");
        Assert.Equal(scored.GetColumn<float[]>("Code"), ((VBufferDataFrameColumn<float>)table["Code"]).Select(code => code.DenseValues().ToArray()));
        Assert.Equal(scored.GetColumn<float>("Mse"), ((SingleDataFrameColumn)table["Mse"]).Select(error => error!.Value));
        Assert.Equal(_rows.Select(r => r.Name), (StringDataFrameColumn)table["Name"]);
    }

    private static void AssertSame(IDataView expected, IDataView actual, string[] vectors, string[] scores)
    {
        foreach (var column in vectors)
            Assert.Equal(expected.GetColumn<float[]>(column), actual.GetColumn<float[]>(column));
        foreach (var column in scores)
            Assert.Equal(expected.GetColumn<float>(column), actual.GetColumn<float>(column));
    }
}
