using System.Reflection;
using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Components;

/// <summary>
/// Tests ML.NET's own exporter, which walks back from the last view to the first. A step that a graph cannot represent throws an exception.
/// Otherwise the graph would lack the step and would need the step's columns as inputs.
/// </summary>
public sealed class ConvertToOnnxTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-convert-").FullName;
    private readonly IDataView _data;

    public ConvertToOnnxTests() => _data = Images.View(_ml, 60);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string> Pipelines => new()
    {
        { "noise, cluster", "AddGaussianNoise" },
        { "rotate, cluster", "RotateImages" },
        { "rotate", "RotateImages" },
        { "encode, noise", "AddGaussianNoise" },
        { "noise, encode, normalize", "AddGaussianNoise" },
        { "load", "LoadPixels" },
        { "draw", "DrawImages" },
        { "overlay", "DrawOverlay" },
    };

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void A_pipeline_with_a_step_that_a_graph_cannot_hold_is_refused_with_the_way_that_works(string pipeline, string step)
    {
        var model = Make(pipeline).Fit(_data);
        using var owner = model as IDisposable;
        using var file = new MemoryStream();
        var refused = Assert.Throws<NotSupportedException>(() => _ml.Model.ConvertToOnnx(model, _data, file));
        Assert.StartsWith($"ConvertToOnnx of ML.NET cannot export {step} of FashionAE, because an ONNX graph cannot represent it.", refused.Message);
        Assert.Contains("TransformerScope.Training", refused.Message);
        Assert.Contains("docs/serving.md", refused.Message);
        Assert.Throws<NotSupportedException>(() => _ml.Model.ConvertToOnnx(model, _data, 12, file));
        Assert.Throws<NotSupportedException>(() => _ml.Model.ConvertToOnnx(model, _data, file, "Id"));
        Assert.Equal(0, file.Length);
    }

    [Fact]
    public void A_loaded_pipeline_is_refused_too()
    {
        using var saved = new MemoryStream();
        using (var model = (TransformerChain<ITransformer>)Make("noise, encode, normalize").Fit(_data))
            _ml.Model.Save(model, _data.Schema, saved);
        saved.Position = 0;
        using var loaded = (TransformerChain<ITransformer>)new MLContext().Model.Load(saved, out _);
        var refused = Assert.Throws<NotSupportedException>(() => _ml.Model.ConvertToOnnx(loaded, _data, Stream.Null));
        Assert.Contains("cannot export AddGaussianNoise", refused.Message);
    }

    [Fact]
    public void A_step_of_mlnet_behind_ours_that_cannot_be_exported_is_refused_by_mlnet()
    {
        using var model = Make("encode").Append(_ml.Transforms.ApproximatedKernelMap("Map", "Code", rank: 2)).Fit(_data);
        Assert.Throws<InvalidOperationException>(() => _ml.Model.ConvertToOnnx(model, _data, Stream.Null));
    }

    [Fact]
    public void A_step_for_training_alone_is_in_no_file_and_refuses_none()
    {
        var model = new EstimatorChain<ITransformer>().Append(_ml.Transforms.RotateImages("Pixels", copies: 1), TransformerScope.Training)
            .Append(_ml.Transforms.NormalizeMeanVariance("Scaled", "Pixels")).Fit(Pixels());
        AssertExports(model, Pixels(), "Pixels", "Scaled");
    }

    [Fact]
    public void The_steps_behind_ours_can_be_exported_alone()
    {
        using var encoder = Make("encode").Fit(_data) as TransformerChain<ITransformer>;
        var codes = _ml.Data.Cache(_ml.Transforms.SelectColumns("Code").Fit(encoder!.Transform(_data)).Transform(encoder.Transform(_data)));
        var normalizer = _ml.Transforms.NormalizeMeanVariance("Scaled", "Code").Fit(codes);
        AssertExports(normalizer, codes, "Code", "Scaled");
        // As shown in docs/serving.md. The graph then needs all columns.
        using var file = new MemoryStream();
        _ml.Model.ConvertToOnnx(normalizer, _ml.Data.Cache(encoder.Transform(_data)), file);
        Assert.NotEqual(0, file.Length);
    }

    [Fact]
    public void Legacy_code_that_applies_a_views_steps_to_other_data_finds_ours()
    {
        using var model = Make("concatenate, encode, normalize").Fit(_data) as TransformerChain<ITransformer>;
        var apply = typeof(TransformerChain<ITransformer>).Assembly.GetType("Microsoft.ML.Data.ApplyTransformUtils")!
            .GetMethod("ApplyAllTransformsToData", BindingFlags.Static | BindingFlags.Public)!;
        var other = Images.View(_ml, 30, seed: 9);
        var applied = (IDataView)apply.Invoke(null, [_ml, model!.Transform(_data), other, _data])!;
        Assert.Equal(RowReads.Values(model.Transform(other), "Scaled"), RowReads.Values(applied, "Scaled"));
        Assert.NotEqual(RowReads.Values(model.Transform(_data), "Scaled").Take(30), RowReads.Values(applied, "Scaled"));
    }

    private IDataView Pixels() => _ml.Transforms.SelectColumns("Pixels").Fit(_data).Transform(_data);

    private void AssertExports(ITransformer model, IDataView data, string input, string output)
    {
        var path = Path.Combine(_folder, "model.onnx");
        using (var file = File.Create(path))
            _ml.Model.ConvertToOnnx(model, data, file);
        // ML.NET names the output Scaled.output, and its scorer removes the suffix.
        using var scorer = _ml.Transforms.ApplyOnnxModel([$"{output}.output"], [input], path).Fit(data);
        var (expected, actual) = (model.Transform(data).GetColumn<float[]>(output), scorer.Transform(data).GetColumn<float[]>(output));
        Assert.All(expected.Zip(actual), row => Assert.All(row.First.Zip(row.Second), pair => Assert.Equal(pair.First, pair.Second, 1e-4)));
        Assert.Equal(60, actual.Count());
    }

    private IEstimator<ITransformer> Make(string pipeline)
    {
        IEstimator<ITransformer> chain = new EstimatorChain<ITransformer>();
        foreach (var step in pipeline.Split(", "))
            chain = chain.Append(step switch
            {
                "encode" => (IEstimator<ITransformer>)_ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options()),
                "load" => _ml.Transforms.LoadPixels("Loaded", null, "Name", new PixelOptions { Shape = Images.Shape, SkipUnreadable = true }),
                "draw" => _ml.Transforms.DrawImages("Drawn", "Pixels"),
                "overlay" => _ml.Transforms.DrawOverlay("Drawn", "Pixels", "Pixels", null, new OverlayDrawingEstimator.Options { MaximumValue = 1 }),
                "normalize" => _ml.Transforms.NormalizeMeanVariance("Scaled", "Code"),
                "concatenate" => _ml.Transforms.Concatenate("Pixels", "Pixels"),
                "noise" => _ml.Transforms.AddGaussianNoise("New", "Pixels"),
                "rotate" => _ml.Transforms.RotateImages("New", "Pixels", copies: 1),
                _ => _ml.Clustering.Trainers.KMeans("New", numberOfClusters: 2),
            });
        return chain;
    }
}
