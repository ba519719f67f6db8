using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Autoencoding;

public abstract class PredictionEngineTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void An_engine_has_the_same_outputs_as_a_view()
    {
        var rows = Images.Rows(30, 7);
        using var transformer = Models.Fit(_ml, Models.AllColumns());
        var expected = _ml.Data.CreateEnumerable<Scored>(transformer.Transform(_ml.Data.LoadFromEnumerable(rows)), reuseRowObject: false).ToArray();
        using var engine = Engine<Scored>(transformer);
        foreach (var (row, scored) in rows.Zip(expected))
        {
            var found = engine.Predict(row);
            AssertClose(scored.Code, found.Code);
            AssertClose(scored.Clean, found.Clean);
            AssertClose([scored.Mse, scored.Psnr / 20, scored.Ssim], [found.Mse, found.Psnr / 20, found.Ssim]);
        }
    }

    [Fact]
    public void An_engine_for_the_latent_vector_runs_the_encoder_alone_and_once_a_row()
    {
        using var transformer = Models.Fit(_ml, Models.AllColumns(new CountingArchitecture(Images.Shape)));
        using var engine = Engine<Coded>(transformer);
        var passes = CountingAutoencoder.Of(transformer);
        passes.Forget();
        var rows = Images.Rows(3);
        foreach (var row in rows)
            engine.Predict(row);
        Assert.Equal([1, 1, 1], passes.Encoded);
        Assert.Empty(passes.Decoded);
    }

    [Fact]
    public void An_engine_with_many_columns_runs_each_half_once_a_row()
    {
        using var transformer = Models.Fit(_ml, Models.AllColumns(new CountingArchitecture(Images.Shape)));
        using var engine = Engine<Scored>(transformer);
        var passes = CountingAutoencoder.Of(transformer);
        passes.Forget();
        engine.Predict(Images.Rows(1)[0]);
        Assert.Equal([1], passes.Encoded);
        Assert.Equal([1], passes.Decoded);
    }

    [Fact]
    public void Many_engines_and_views_of_one_transformer_run_at_the_same_time()
    {
        using var transformer = Models.Fit(_ml, Models.AllColumns());
        var rows = Images.Rows(20, 9);
        var view = transformer.Transform(_ml.Data.LoadFromEnumerable(rows));
        var expected = view.GetColumn<float[]>("Code").ToArray();
        Parallel.For(0, 8, i =>
        {
            if (i % 2 == 0)
            {
                foreach (var (a, b) in expected.Zip(view.GetColumn<float[]>("Code")))
                    AssertClose(a, b);
                return;
            }
            using var engine = Engine<Coded>(transformer);
            foreach (var (row, code) in rows.Zip(expected))
                AssertClose(code, engine.Predict(row).Code);
        });
    }

    [Fact]
    public void A_chain_with_an_autoencoder_in_its_middle_makes_an_engine()
    {
        var pipeline = _ml.Transforms.NormalizeMinMax("Pixels")
            .Append(_ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options()))
            .Append(_ml.Transforms.Concatenate("Features", "Code"));
        var data = Images.View(_ml, 30);
        using var model = pipeline.Fit(data);
        using var engine = _ml.Model.CreatePredictionEngine<ImageRow, Featured>(model, new PredictionEngineOptions { OwnsTransformer = false });
        foreach (var (row, expected) in Images.Rows(30).Zip(model.Transform(data).GetColumn<float[]>("Features")))
            AssertClose(expected, engine.Predict(row).Features);
    }

    [Fact]
    public void The_mapper_has_the_very_schema_it_was_made_for_and_names_what_it_depends_on()
    {
        using var transformer = Models.Fit(_ml, Models.AllColumns());
        var schema = Images.View(_ml, 1).Schema;
        var mapper = transformer.GetRowToRowMapper(schema);
        Assert.Same(schema, mapper.InputSchema);
        string[] Needs(params string[] columns) => [.. mapper.GetDependencies(columns.Select(c => mapper.OutputSchema[c])).Select(c => c.Name)];
        Assert.Equal(["Pixels"], Needs("Code"));
        Assert.Equal(["Id", "Pixels"], Needs("Mse", "Id"));
        Assert.Equal(["Name"], Needs("Name"));
    }

    [Fact]
    public void A_disposed_transformer_is_refused_by_the_engines_and_views_made_before()
    {
        var transformer = Models.Fit(_ml, Models.AllColumns());
        var view = transformer.Transform(Images.View(_ml, 3));
        using var engine = Engine<Coded>(transformer);
        transformer.Dispose();
        transformer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => engine.Predict(Images.Rows(1)[0]));
        Assert.Throws<ObjectDisposedException>(() => view.GetColumn<float[]>("Code").ToArray());
    }

    private PredictionEngine<ImageRow, TOutput> Engine<TOutput>(ITransformer transformer)
        where TOutput : class, new() =>
        _ml.Model.CreatePredictionEngine<ImageRow, TOutput>(transformer, new PredictionEngineOptions { OwnsTransformer = false });

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (a, b) in expected.Zip(actual))
            Assert.InRange(b - a, -1e-6, 1e-6);
    }

    private sealed class Coded
    {
        public float[] Code { get; set; } = [];
    }

    private sealed class Featured
    {
        public float[] Features { get; set; } = [];
    }

    private sealed class Scored
    {
        public float[] Code { get; set; } = [];

        public float[] Clean { get; set; } = [];

        public float Mse { get; set; }

        public float Psnr { get; set; }

        public float Ssim { get; set; }
    }
}

public sealed class PredictionEngineTestsByLibTorch : PredictionEngineTests, IClassFixture<ScoredByLibTorch>;

public sealed class PredictionEngineTestsByOnnxRuntime : PredictionEngineTests, IClassFixture<ScoredByOnnxRuntime>;
