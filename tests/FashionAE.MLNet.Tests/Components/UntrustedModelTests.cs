using System.IO.Compression;
using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;

namespace FashionAE.MLNet.Tests.Components;

/// <summary>Model files that were altered by someone who knows how to correct the checksums.</summary>
[Trait("Pace", "slow")]
public sealed class UntrustedModelTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("fashionae-").FullName, "model.zip");

    public static TheoryData<string, string, string> Settings => new()
    {
        { "autoencode", "\"BatchSize\":256", "\"BatchSize\":-1" },
        { "autoencode", "\"BatchSize\":256", "\"BatchSize\":2000000000" },
        { "autoencode", "\"BatchSize\":256", "\"BatchSize\":99999999999" },
        { "autoencode", "\"BatchSize\":256,", "" },
        { "autoencode", "\"Input\":\"Pixels\"", "\"Input\":null" },
        { "autoencode", "\"Input\":\"Pixels\"", "\"Input\":\"\"" },
        { "autoencode", "\"Outputs\":{", "\"Outputs\":null,\"Other\":{" },
        { "autoencode", "\"Latent\":\"Code\"", "\"Latent\":\"Clean\"" },
        { "autoencode", "\"Latent\":\"Code\"", "\"77\":\"Code\"" },
        { "autoencode", "\"Latent\":\"Code\"", "\"Nothing\":\"Code\"" },
        { "detect", "\"Threshold\":[^,]+", "\"Threshold\":null" },
        { "rotate", "\"Copies\":5", "\"Copies\":2000000000" },
        { "rotate", "\"Copies\":5", "\"Copies\":0" },
        { "rotate", "\"Degrees\":180", "\"Degrees\":1e400" },
        { "rotate", "\"Degrees\":180", "\"Degrees\":-1" },
        { "rotate", "\"Interpolation\":0", "\"Interpolation\":9" },
        { "rotate", "\"Shape\":null", "\"Shape\":{\"Channels\":1,\"Height\":65537,\"Width\":65537}" },
        { "noise", "\"Factor\":0.25", "\"Factor\":-1" },
        { "noise", "\"Output\":\"Noisy2\"", "\"Output\":null" },
        { "draw", "\"MaximumValue\":null", "\"MaximumValue\":0" },
        { "draw", "\"Colors\":null", "\"Colors\":7" },
        { "overlay", "\"Opacity\":0.8", "\"Opacity\":-1" },
        { "overlay", "\"Scale\":1", "\"Scale\":2000000000" },
        { "overlay", "\"ErrorMap\":\"Noisy\"", "\"ErrorMap\":null" },
        { "overlay", "\"Shape\":null", "\"Shape\":{\"Channels\":1,\"Height\":-12,\"Width\":-12}" },
        { "overlay", "\"Options\":{.*}}", "\"Options\":null}" },
        { "score", "\"Target\":\"Pixels\"", "\"Target\":null" },
        { "score", "^.*$", "null" },
        { "decode", "\"Height\":12", "\"Height\":-12" },
        { "decode", "\"MaximumPixels\":100000000", "\"MaximumPixels\":2000000000" },
        { "decode", "\"Input\":\"Png\"", "\"Input\":null" },
        { "scale", "^.*$", "[]" },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Settings_that_no_estimator_would_have_saved_are_refused(string step, string pattern, string replacement)
    {
        var data = step == "decode" ? _ml.Data.LoadFromEnumerable([new BytesRow()]) : Images.View(_ml, 40);
        IEstimator<ITransformer> estimator = step switch
        {
            "autoencode" => _ml.Transforms.Autoencode(Models.AllColumns()),
            "detect" => _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector()),
            "rotate" => _ml.Transforms.RotateImages("Turned", "Pixels"),
            "noise" => _ml.Transforms.AddGaussianNoise("Noisy2", "Pixels"),
            "draw" => _ml.Transforms.DrawImages("Image", "Pixels"),
            "overlay" => _ml.Transforms.DrawOverlay("Image", "Pixels", "Noisy", null, new OverlayDrawingEstimator.Options { MaximumValue = 1 }),
            "score" => _ml.Transforms.ScoreReconstruction("Pixels", "Noisy", "Mse"),
            "decode" => _ml.Transforms.DecodePixels("Decoded", Images.Shape, "Png"),
            _ => _ml.Transforms.ScalePixels("Scaled", "Pixels"),
        };
        var model = estimator.Fit(data);
        using (model as IDisposable)
            _ml.Model.Save(model, data.Schema, _path);
        (_ml.Model.Load(_path, out _) as IDisposable)?.Dispose();
        ModelZip.ChangeSettings(_path, pattern, replacement);
        var error = Record.Exception(() => _ml.Model.Load(_path, out _));
        while (error is not (null or FormatException))
            error = error.InnerException;
        Assert.Contains("This model file is corrupt", Assert.IsType<FormatException>(error).Message);
    }

    [Fact]
    public void Endless_weights_need_no_more_memory_than_the_model()
    {
        var data = Images.View(_ml, 40);
        using (var model = Models.Fit(_ml, Models.AllColumns()))
            _ml.Model.Save(model, data.Schema, _path);
        using (var zip = ZipFile.Open(_path, ZipArchiveMode.Update))
        {
            var entry = zip.Entries.Single(e => e.Name == "Autoencoder.safetensors");
            var (name, bytes) = (entry.FullName, Read(entry));
            entry.Delete();
            using var stream = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
            stream.Write(bytes);
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 300; i++)
                stream.Write(zeros);
        }
        var before = GC.GetTotalAllocatedBytes();
        Assert.Throws<FormatException>(() => Unwrapped(() => _ml.Model.Load(_path, out _)));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 50_000_000);
    }

    [Fact]
    public void Weights_of_another_model_are_refused()
    {
        var data = Images.View(_ml, 40);
        byte[]? others = null;
        foreach (var seed in new[] { 3, 4 })
        {
            var options = Models.AllColumns();
            options.Seed = seed;
            using (var model = Models.Fit(_ml, options))
                _ml.Model.Save(model, data.Schema, _path);
            (_ml.Model.Load(_path, out _) as IDisposable)!.Dispose();
            ModelZip.Change(_path, "Autoencoder.safetensors", bytes =>
            {
                var own = bytes.ToArray();
                others?.CopyTo(bytes, 0);
                others = own;
            });
        }
        Assert.Throws<FormatException>(() => Unwrapped(() => _ml.Model.Load(_path, out _)));
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    private static void Unwrapped(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e.GetBaseException() is FormatException inner)
        {
            throw new FormatException(inner.Message);
        }
    }

    private static byte[] Read(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
