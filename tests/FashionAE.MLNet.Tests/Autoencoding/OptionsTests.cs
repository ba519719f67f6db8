using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet.Tests.Autoencoding;

public class OptionsTests
{
    private readonly MLContext _ml = new(1);

    private IDataView Data => Images.View(_ml, 20);

    /// <summary>The estimators whose options are changed after they were created and before they are fitted.</summary>
    public static TheoryData<string> Methods => ["encode", "reconstruct", "autoencode", "anomaly", "rotate", "noise", "scale", "draw", "overlay", "score", "convert"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Options_are_copied_when_the_estimator_is_made(string method)
    {
        IEstimator<ITransformer> Make(bool changed)
        {
            switch (method)
            {
                case "encode":
                    return After(Models.Options(), o => _ml.Transforms.EncodeWithAutoencoder("Out", "Pixels", o), o => (o.Epochs, o.Seed) = (2, 7));
                case "reconstruct":
                    return After(Models.Options(), o => _ml.Transforms.ReconstructWithAutoencoder("Out", "Pixels", o), o => (o.BatchSize, o.Architecture) = (3, null));
                case "autoencode":
                    return After(Models.AllColumns(), _ml.Transforms.Autoencode, o => (o.InputColumnName, o.LatentColumnName) = ("Noisy", null));
                case "anomaly":
                    return After(Models.Detector(), _ml.AnomalyDetection.Trainers.Autoencoder, o => (o.Epochs, o.Seed, o.ErrorMapColumnName) = (2, 7, "Map"));
                case "rotate":
                    return After(
                        new ImageRotatingEstimator.Options { Copies = 2, Seed = 1 }, o => _ml.Transforms.RotateImages("Out", "Pixels", o), o => (o.Copies, o.Degrees, o.Seed) = (3, 1, 2));
                case "noise":
                    return After(
                        new NoiseAddingEstimator.Options { Seed = 1 }, o => _ml.Transforms.AddGaussianNoise("Out", "Pixels", o), o => (o.StandardDeviation, o.Seed) = (0.5, 2));
                case "scale":
                    return After(new PixelScalingEstimator.Options(), o => _ml.Transforms.ScalePixels("Out", "Pixels", o), o => o.Invert = true);
                case "draw":
                    return After(new ImageDrawingEstimator.Options(), o => _ml.Transforms.DrawImages("Out", "Pixels", o), o => (o.MaximumValue, o.Shape) = (3, new ImageShape(1, 1, 1)));
                case "overlay":
                    return After(
                        new OverlayDrawingEstimator.Options { MaximumValue = 1 }, o => _ml.Transforms.DrawOverlay("Out", "Pixels", "Noisy", null, o), o => (o.MaximumValue, o.Scale) = (3, 2));
                case "score":
                    return After(
                        new ReconstructionScoringEstimator.Options { MseColumnName = "Out" }, o => _ml.Transforms.ScoreReconstruction("Pixels", "Noisy", o), o => (o.MseColumnName, o.SsimColumnName) = ("A", "B"));
                default:
                    return _ml.Transforms.DrawImages("Image", "Pixels", Images.Shape).Append(After(
                        new PixelOptions { Shape = Images.Shape }, o => _ml.Transforms.ConvertToPixels("Out", "Image", o), o => (o.Invert, o.Shape) = (true, new ImageShape(3, 5, 5))));
            }

            IEstimator<ITransformer> After<T>(T options, Func<T, IEstimator<ITransformer>> make, Action<T> change)
            {
                var estimator = make(options);
                if (changed)
                    change(options);
                return estimator;
            }
        }

        Assert.Equal(Outputs(Make(changed: false)), Outputs(Make(changed: true)));
    }

    [Fact]
    public void The_short_form_has_the_defaults_of_the_options()
    {
        Assert.Equal(
            Outputs(new MLContext(5).Transforms.EncodeWithAutoencoder("Out", "Pixels", new AutoencoderOptions { Epochs = 1 })),
            Outputs(new MLContext(5).Transforms.EncodeWithAutoencoder("Out", "Pixels", epochs: 1)));
        Assert.Equal(Outputs(_ml.Transforms.ScalePixels("Out", "Pixels", new PixelScalingEstimator.Options())), Outputs(_ml.Transforms.ScalePixels("Out", "Pixels")));
        Assert.Equal(
            Outputs(_ml.Transforms.RotateImages("Out", "Pixels", new ImageRotatingEstimator.Options { Seed = 3 })), Outputs(_ml.Transforms.RotateImages("Out", "Pixels", seed: 3)));
        Assert.Equal(
            Outputs(_ml.Transforms.AddGaussianNoise("Out", "Pixels", new NoiseAddingEstimator.Options { Seed = 3 })), Outputs(_ml.Transforms.AddGaussianNoise("Out", "Pixels", seed: 3)));
    }

    /// <summary>The names, types and values of the added columns. Of images, the pixels are compared.</summary>
    private List<string> Outputs(IEstimator<ITransformer> estimator)
    {
        var model = estimator.Fit(Data);
        using var owner = model as IDisposable;
        var view = model.Transform(Data);
        var outputs = new List<string>();
        foreach (var column in view.Schema.Skip(Data.Schema.Count).Where(c => !c.IsHidden))
        {
            outputs.Add($"{column.Name}: {column.Type}");
            if (column.Type is not ImageDataViewType)
            {
                outputs.AddRange(RowReads.Values(view, column.Name));
                continue;
            }
            foreach (var image in view.GetColumn<MLImage>(column.Name))
                using (image)
                    outputs.Add(Convert.ToHexString(image.Pixels));
        }
        return outputs;
    }
}
