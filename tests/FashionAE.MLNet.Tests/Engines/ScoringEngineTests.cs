using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Engines;

/// <summary>Tests which engine computes the outputs.</summary>
public class ScoringEngineTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void Each_choice_has_its_engine_and_Auto_uses_ONNX_Runtime_if_it_supports_the_network()
    {
        Assert.IsType<OnnxRuntimeEngine>(EngineFor(Models.Dense, ScoringEngine.Auto));
        Assert.IsType<OnnxRuntimeEngine>(EngineFor(Models.Dense, ScoringEngine.OnnxRuntime));
        Assert.IsType<LibTorchEngine>(EngineFor(Models.Dense, ScoringEngine.LibTorch));
        Assert.IsType<OnnxRuntimeEngine>(EngineFor(new TiedArchitecture(Images.Shape), ScoringEngine.Auto));
        Assert.IsType<LibTorchEngine>(EngineFor(new CountingArchitecture(Images.Shape), ScoringEngine.Auto));
        var error = Assert.Throws<NotSupportedException>(() => EngineFor(new CountingArchitecture(Images.Shape), ScoringEngine.OnnxRuntime));
        Assert.Contains(nameof(CountingAutoencoder), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_transformer_has_the_engine_of_the_options_and_a_loaded_one_chooses()
    {
        var options = Models.AllColumns();
        options.ScoringEngine = ScoringEngine.LibTorch;
        using var transformer = Models.Fit(_ml, options);
        Assert.Equal(ScoringEngine.LibTorch, transformer.ScoringEngine);
        using var file = new MemoryStream();
        _ml.Model.Save(transformer, Images.View(_ml, 1).Schema, file);
        file.Position = 0;
        using var loaded = Assert.IsType<AutoencoderTransformer>(_ml.Model.Load(file, out _));
        Assert.Equal(ScoringEngine.Auto, loaded.ScoringEngine);
    }

    [Fact]
    public void Detectors_that_share_a_model_choose_for_themselves()
    {
        var options = Models.Detector();
        options.ScoringEngine = ScoringEngine.LibTorch;
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(Images.View(_ml, 40));
        using var other = detector.WithThreshold(1);
        Assert.Equal(ScoringEngine.LibTorch, other.ScoringEngine);
        other.ScoringEngine = ScoringEngine.OnnxRuntime;
        Assert.Equal(ScoringEngine.LibTorch, detector.ScoringEngine);
    }

    [Fact]
    public void A_view_is_read_by_the_engine_that_is_chosen_when_its_cursor_is_made()
    {
        using var transformer = Models.Fit(_ml, Models.AllColumns(new CountingArchitecture(Images.Shape)));
        var view = transformer.Transform(Images.View(_ml, 3));
        using var cursor = view.GetRowCursor([view.Schema["Code"]]);
        transformer.ScoringEngine = ScoringEngine.OnnxRuntime;
        var (get, code) = (cursor.GetGetter<VBuffer<float>>(view.Schema["Code"]), default(VBuffer<float>));
        Assert.True(cursor.MoveNext());
        get(ref code);
        Assert.Equal(2, code.Length);
        // This network cannot be exported for ONNX Runtime.
        Assert.Throws<NotSupportedException>(() => view.GetRowCursor([view.Schema["Code"]]));
        Assert.Throws<NotSupportedException>(() => transformer.Transform(Images.View(_ml, 3)));
    }

    [Fact]
    public void An_undefined_engine_is_refused()
    {
        var options = Models.AllColumns();
        options.ScoringEngine = (ScoringEngine)3;
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.Autoencode(options));
        using var transformer = Models.Fit(_ml, Models.AllColumns());
        Assert.Throws<ArgumentOutOfRangeException>(() => transformer.ScoringEngine = (ScoringEngine)(-1));
    }

    [Theory]
    [InlineData("only positive latents", "compute different values")]
    [InlineData("half", "not BFloat16")]
    [InlineData("double", "ONNX Runtime does not support the network")]
    [InlineData("not implemented", "not yet")]
    public void What_ONNX_Runtime_would_compute_otherwise_is_scored_by_libtorch_and_the_log_says_why(string oddity, string reason)
    {
        var warnings = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.Message);
        };
        using var trained = new TrainedModel(new OddArchitecture(Images.Shape, oddity).Build(1));
        Assert.IsType<LibTorchEngine>(trained.EngineFor(ScoringEngine.Auto));
        Assert.Contains(reason, Assert.Throws<NotSupportedException>(() => trained.EngineFor(ScoringEngine.OnnxRuntime)).Message, StringComparison.Ordinal);

        var file = Path.GetTempFileName();
        AutoencoderFile.Save(trained.Network, file);
        using var applied = _ml.Transforms.ApplyAutoencoder("Code", "Pixels", file).Fit(Images.View(_ml, 3));
        var codes = applied.Transform(Images.View(_ml, 3)).GetColumn<float[]>("Code").ToArray();
        using var zip = new MemoryStream();
        _ml.Model.Save(applied, Images.View(_ml, 3).Schema, zip);
        zip.Position = 0;
        using var loaded = Assert.IsType<AutoencoderTransformer>(_ml.Model.Load(zip, out _));
        Assert.Equal(codes, loaded.Transform(Images.View(_ml, 3)).GetColumn<float[]>("Code").ToArray());
        File.Delete(file);
        Assert.Contains(warnings, warning => warning.Contains(reason, StringComparison.Ordinal) && warning.EndsWith("libtorch scores instead.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_session_that_could_not_be_made_is_tried_again()
    {
        using var network = Models.Dense.Build(1);
        network.eval();
        var calls = 0;
        using var engine = new OnnxRuntimeEngine(
            Images.Shape.Size, network.LatentSize,
            part => calls++ == 0 ? throw new IOException() : OnnxFile.ToBytes(network, part));
        var (images, codes) = (new float[Images.Shape.Size], new float[network.LatentSize]);
        Assert.Throws<IOException>(() => engine.Encode(images, codes, 1));
        engine.Encode(images, codes, 1);
        Assert.Equal(2, calls);
        Assert.Contains(codes, code => code != 0);
    }

    private static INetworkEngine EngineFor(AutoencoderArchitecture architecture, ScoringEngine choice)
    {
        using var model = new TrainedModel(architecture.Build(1));
        model.Network.eval();
        return model.EngineFor(choice);
    }
}
