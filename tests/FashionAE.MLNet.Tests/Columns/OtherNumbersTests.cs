using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Columns;

/// <summary>
/// Tests columns of other number types than Single: the exception names the step that converts them, and that step works.
/// </summary>
public sealed class OtherNumbersTests : IDisposable
{
    private const string Scale = "ml.Transforms.ScalePixels(\"Pixels\")";
    private const string Convert = "ml.Transforms.Conversion.ConvertType(\"Pixels\", outputKind: DataKind.Single)";

    private readonly MLContext _ml = new(1);
    private readonly string _model = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public static TheoryData<string> Components { get; } =
        ["encode", "reconstruct", "autoencode", "target", "apply", "anomaly", "noise", "rotate", "score target", "score reconstruction", "draw"];

    public void Dispose() => File.Delete(_model);

    [Theory]
    [MemberData(nameof(Components))]
    public void Integers_and_doubles_are_refused_with_both_steps_and_either_helps(string component)
    {
        foreach (var data in new[] { View<int>(v => v), View<double>(v => v) })
        {
            AssertRefused(component, data, $": append {Scale} before it if the values are in [0, 255], otherwise {Convert}");
            AssertWorks(component, data, _ml.Transforms.ScalePixels("Pixels"));
            // ConvertType leaves the values in [0, 255], which training rejects.
            if (component is "apply" or "noise" or "rotate" or "score target" or "score reconstruction" or "draw")
                AssertWorks(component, data, _ml.Transforms.Conversion.ConvertType("Pixels", outputKind: DataKind.Single));
        }
    }

    [Theory]
    [MemberData(nameof(Components))]
    public void Other_types_are_refused_with_the_conversion(string component)
    {
        foreach (var data in new[] { View<ushort>(v => (ushort)v), View<bool>(v => v > 127) })
        {
            AssertRefused(component, data, $": append {Convert} before it");
            AssertWorks(component, data, _ml.Transforms.Conversion.ConvertType("Pixels", outputKind: DataKind.Single)
                .Append(_ml.Transforms.ScalePixels("Pixels")));
        }
    }

    [Fact]
    public void Scaling_names_the_conversion_of_types_that_it_does_not_accept()
    {
        var data = View<long>(v => v);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.ScalePixels("Pixels").Fit(data));
        Assert.Contains($"Vector<Double>, got Vector<Int64, 144>: append {Convert} before it", error.Message, StringComparison.Ordinal);
    }

    private void AssertRefused(string component, IDataView data, string remedy)
    {
        var estimator = Make(component);
        var fitted = Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(data));
        var promised = Assert.Throws<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(SchemaSpy.ShapeOf(_ml, data)));
        var model = estimator.Fit(View(v => v / 255f));
        using var owner = model as IDisposable;
        var transformed = Assert.Throws<ArgumentOutOfRangeException>(() => model.Transform(data));
        Assert.All([fitted, promised, transformed], e => Assert.Contains($"{remedy} (Parameter", e.Message, StringComparison.Ordinal));
    }

    private void AssertWorks(string component, IDataView data, IEstimator<ITransformer> step)
    {
        using var model = step.Append(Make(component)).Fit(data);
        Assert.Equal(20, model.Transform(data).Preview(20).RowView.Length);
    }

    private IEstimator<ITransformer> Make(string component)
    {
        switch (component)
        {
            case "encode": return _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options());
            case "reconstruct": return _ml.Transforms.ReconstructWithAutoencoder("Clean", "Pixels", Models.Options());
            case "autoencode": return _ml.Transforms.Autoencode(Models.AllColumns());
            case "target":
                var options = Models.Options();
                (options.InputColumnName, options.TargetColumnName, options.MseColumnName) = ("Clear", "Pixels", "Mse");
                return _ml.Transforms.Autoencode(options);
            case "apply":
                using (var network = Models.Dense.Build())
                    AutoencoderFile.Save(network, _model);
                return _ml.Transforms.ApplyAutoencoder("Code", "Pixels", _model);
            case "anomaly": return _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector());
            case "noise": return _ml.Transforms.AddGaussianNoise("Noisy", "Pixels");
            case "rotate": return _ml.Transforms.RotateImages("Turned", "Pixels");
            case "score target": return _ml.Transforms.ScoreReconstruction("Pixels", "Clear", "Mse");
            case "score reconstruction": return _ml.Transforms.ScoreReconstruction("Clear", "Pixels", "Mse");
            default: return _ml.Transforms.DrawImages("Image", "Pixels");
        }
    }

    private IDataView View<T>(Func<int, T> convert) => _ml.Data.LoadFromEnumerable(Images.Rows(20).Select(row => new Row<T>
    {
        Pixels = [.. row.Pixels.Select(p => convert((int)(p * 255)))],
        Clear = row.Pixels,
    }).ToArray());

    private sealed class Row<T>
    {
        [VectorType(Images.Size)]
        public T[] Pixels { get; set; } = [];

        [VectorType(Images.Size)]
        public float[] Clear { get; set; } = [];
    }
}
