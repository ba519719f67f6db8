using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Engines;

/// <summary>Which engine computes.</summary>
public class ScoringEngineTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void Each_choice_has_its_engine_and_Auto_takes_ONNX_Runtime_where_it_can_compute_the_network()
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
        // This network cannot be written for ONNX Runtime.
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

    private static INetworkEngine EngineFor(AutoencoderArchitecture architecture, ScoringEngine choice)
    {
        using var model = new TrainedModel(architecture.Build(1));
        model.Network.eval();
        return model.EngineFor(choice);
    }
}
