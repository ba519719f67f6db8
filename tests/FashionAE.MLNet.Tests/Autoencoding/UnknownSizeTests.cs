using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Autoencoding;

/// <summary>Tests vectors whose type has no size, such as those of a data frame. They are accepted if the shape is specified.</summary>
public abstract class UnknownSizeTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly ImageRow[] _rows = Images.Rows(30);
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    private IDataView Known => _ml.Data.LoadFromEnumerable(_rows);

    private IDataView Unknown => _ml.Data.LoadFromEnumerable(Array.ConvertAll(_rows, r => new LooseRow { Pixels = r.Pixels }));

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void All_that_an_autoencoder_adds_is_that_of_vectors_of_known_size()
    {
        using var known = _ml.Transforms.Autoencode(Models.AllColumns()).Fit(Known);
        using var unknown = _ml.Transforms.Autoencode(Models.AllColumns()).Fit(Unknown);
        var (expected, actual) = (known.Transform(Known), unknown.Transform(Unknown));
        Assert.Equal("Vector<Single, 1, 12, 12>", $"{actual.Schema["Clean"].Type}");
        foreach (var column in new[] { "Code", "Clean" })
            Assert.Equal(expected.GetColumn<float[]>(column), actual.GetColumn<float[]>(column));
        foreach (var column in new[] { "Mse", "Psnr", "Ssim" })
            Assert.Equal(expected.GetColumn<float>(column), actual.GetColumn<float>(column));
    }

    [Fact]
    public void A_trained_model_needs_no_size()
    {
        using (var trained = Models.Fit(_ml, Models.AllColumns()))
            AutoencoderFile.Save(trained.Model, _path);
        using var model = _ml.Transforms.ApplyAutoencoder("Code", "Pixels", _path).Fit(Unknown);
        model.ScoringEngine = Models.Engine;
        Assert.Equal(model.Transform(Known).GetColumn<float[]>("Code"), model.Transform(Unknown).GetColumn<float[]>("Code"));
    }

    [Fact]
    public void Rotation_noise_and_scores_are_those_of_vectors_of_known_size()
    {
        var pipeline = _ml.Transforms.AddGaussianNoise("Noisy", "Pixels", seed: 1)
            .Append(_ml.Transforms.RotateImages("Turned", "Noisy", new ImageRotatingEstimator.Options { Copies = 2, Seed = 2, Shape = Images.Shape }))
            .Append(_ml.Transforms.ScoreReconstruction("Pixels", "Turned", new ReconstructionScoringEstimator.Options { MseColumnName = "Mse", PsnrColumnName = "Psnr", SsimColumnName = "Ssim", Shape = Images.Shape }));
        var (expected, actual) = (pipeline.Fit(Known).Transform(Known), pipeline.Fit(Unknown).Transform(Unknown));
        Assert.Equal("Vector<Single, 1, 12, 12>", $"{actual.Schema["Turned"].Type}");
        Assert.Equal(expected.GetColumn<float[]>("Noisy"), actual.GetColumn<float[]>("Noisy"));
        Assert.Equal(expected.GetColumn<float[]>("Turned"), actual.GetColumn<float[]>("Turned"));
        foreach (var column in new[] { "Mse", "Psnr", "Ssim" })
            Assert.Equal(expected.GetColumn<float>(column), actual.GetColumn<float>(column));
    }

    [Fact]
    public void A_row_of_another_size_is_refused_when_it_is_read()
    {
        using var model = Models.Fit(_ml, Models.AllColumns());
        var view = model.Transform(_ml.Data.LoadFromEnumerable([new LooseRow { Pixels = new float[Images.Size] }, new LooseRow { Pixels = new float[7] }]));
        Message.Says<InvalidOperationException>(() => view.GetColumn<float[]>("Code").ToArray(), "7 values", "'Pixels'", "1x12x12", "144");
        Message.Says<InvalidOperationException>(
            () => _ml.Transforms.Autoencode(Models.AllColumns()).Fit(
                _ml.Data.LoadFromEnumerable([new LooseRow { Pixels = new float[Images.Size] }, new LooseRow { Pixels = new float[7] }])),
            "Row 1", "7 values", "'Pixels'", "1x12x12", "144");
    }

    [Fact]
    public void Where_no_shape_is_given_the_remedy_is_named()
    {
        foreach (var (estimator, remedy) in new (IEstimator<ITransformer>, string)[]
        {
            (_ml.Transforms.EncodeWithAutoencoder("Code", "Pixels"), "set Architecture in the options"),
            (_ml.Transforms.RotateImages("Turned", "Pixels"), "set the argument 'shape' or the option Shape"),
            (_ml.Transforms.ScoreReconstruction("Pixels", "Pixels", mseColumnName: "Mse"), "set the argument 'shape' or the option Shape"),
        })
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(Unknown));
            Assert.Matches($"^Schema mismatch for (input|target) column 'Pixels': expected Vector<Single>, got VarVector<Single>, whose size is unknown: {remedy} ", error.Message);
        }
    }

    private sealed class LooseRow
    {
        public float[] Pixels { get; set; } = [];
    }
}

public sealed class UnknownSizeTestsByLibTorch : UnknownSizeTests, IClassFixture<ScoredByLibTorch>;

public sealed class UnknownSizeTestsByOnnxRuntime : UnknownSizeTests, IClassFixture<ScoredByOnnxRuntime>;
