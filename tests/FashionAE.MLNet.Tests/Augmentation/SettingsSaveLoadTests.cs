using System.Text;
using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Augmentation;

/// <summary>Saves and loads transformers that consist only of settings.</summary>
public sealed class SettingsSaveLoadTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-mlnet-").FullName;
    private readonly ImageRow[] _rows = Images.Rows(30, 11);

    private string ModelPath => Path.Combine(_folder, "model.zip");

    private IDataView Data => _ml.Data.LoadFromEnumerable(_rows);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Steps => ["rotate", "rotate copies alone", "add noise", "score", "score shaped"];

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_loaded_chain_gives_the_same_ids_and_bits_in_every_column(string step)
    {
        var model = _ml.Transforms.NormalizeMinMax("Pixels").Append(Step(step)).Append(_ml.Transforms.CopyColumns("Copy", "Id")).Fit(Data);
        _ml.Model.Save(model, Data.Schema, ModelPath);
        AssertSame(model, new MLContext().Model.Load(ModelPath, out var _));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_transformer_alone_is_saved_and_loaded_and_saved_again(string step)
    {
        var transformer = Step(step).Fit(Data);
        var once = SavedAndLoaded(transformer);
        Assert.Equal(transformer.GetType(), once.GetType());
        AssertSame(transformer, SavedAndLoaded(once));
    }

    [Fact]
    public void The_scope_of_training_is_saved_with_a_chain()
    {
        var model = _ml.Transforms.CopyColumns("Copy", "Id").Append(Step("rotate"), TransformerScope.Training).Append(Step("add noise")).Fit(Data);
        _ml.Model.Save(model, Data.Schema, ModelPath);
        var loaded = (TransformerChain<ITransformer>)_ml.Model.Load(ModelPath, out var _);
        Assert.Equal([typeof(ImageRotatingTransformer), typeof(NoiseAddingTransformer)], loaded.Skip(1).Select(t => t.GetType()));
        AssertSame(model, loaded);
        Assert.Equal(30, RowReads.Rows(loaded.Transform(Data), "Noise").Count);
        using var engine = _ml.Model.CreatePredictionEngine<ImageRow, NoiseRow>(loaded.GetModelFor(TransformerScope.Scoring));
        Assert.Equal(RowReads.Values(loaded.Transform(Data), "Noise")[0], RowReads.Bits(engine.Predict(_rows[0]).Noise));
    }

    [Fact]
    public void Scores_are_loaded_as_what_they_are()
    {
        var loaded = Assert.IsType<ReconstructionScoringTransformer>(SavedAndLoaded(_ml.Transforms.ScoreReconstruction("Pixels", "Noisy", psnrColumnName: "Ratio").Fit(Data)));
        Assert.Equal(["Ratio"], loaded.GetOutputSchema(Data.Schema).Skip(Data.Schema.Count).Select(c => c.Name));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void An_altered_letter_of_the_settings_is_noticed(string step)
    {
        _ml.Model.Save(Step(step).Fit(Data), Data.Schema, ModelPath);
        ModelZip.Change(ModelPath, "Model.key", bytes =>
        {
            // The settings are a JSON object in UTF-16.
            var at = bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes("{\""));
            Assert.InRange(at, 0x100, bytes.Length);
            var end = bytes.AsSpan(at).IndexOf(Encoding.Unicode.GetBytes("}"));
            bytes[at + end / 4 * 2] ^= 1;
        });
        AssertRefused();
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x40)]
    [InlineData(0x4c)]
    [InlineData(0x104)]
    [InlineData(0x123)]
    public void An_altered_byte_of_the_header_or_the_checksum_is_noticed(int at)
    {
        _ml.Model.Save(Step("add noise").Fit(Data), Data.Schema, ModelPath);
        ModelZip.Change(ModelPath, "Model.key", bytes => bytes[at] ^= 0x55);
        AssertRefused();
    }

    private IEstimator<ITransformer> Step(string name) => name switch
    {
        "rotate" => _ml.Transforms.RotateImages("Turned", "Pixels", copies: 2, degrees: 33.25, seed: 7),
        "rotate copies alone" => _ml.Transforms.RotateImages("Turned", "Pixels", new ImageRotatingEstimator.Options { Copies = 3, Degrees = 12, Interpolation = Interpolation.Bilinear, KeepOriginals = false, Shape = new ImageShape(1, 9, 16) }),
        "add noise" => _ml.Transforms.AddGaussianNoise("Noise", "Pixels", 0.1, seed: int.MinValue),
        "score" => _ml.Transforms.ScoreReconstruction("Pixels", "Noisy", "Mse", "Psnr", "Ssim"),
        _ => _ml.Transforms.ScoreReconstruction("Pixels", "Noisy", new ReconstructionScoringEstimator.Options { SsimColumnName = "Ssim", Shape = Images.Shape }),
    };

    private ITransformer SavedAndLoaded(ITransformer transformer)
    {
        _ml.Model.Save(transformer, Data.Schema, ModelPath);
        return new MLContext().Model.Load(ModelPath, out var _);
    }

    private void AssertSame(ITransformer expected, ITransformer actual)
    {
        var (a, b) = (expected.Transform(Data), actual.Transform(Data));
        Assert.Equal(a.Schema.Select(c => $"{c.Name} {c.Type}"), b.Schema.Select(c => $"{c.Name} {c.Type}"));
        foreach (var column in a.Schema.Where(c => c.Name is not ("Name" or "Extra") && !c.IsHidden))
            Assert.Equal(RowReads.Rows(a, column.Name), RowReads.Rows(b, column.Name));
    }

    private void AssertRefused()
    {
        var error = Record.Exception(() => _ml.Model.Load(ModelPath, out var _));
        for (var inner = error; inner is not null; inner = inner.InnerException)
            if (inner is FormatException or InvalidDataException or InvalidOperationException or EndOfStreamException)
                return;
        Assert.Fail($"It was {error?.GetType().FullName ?? "loaded"}: {error?.Message}");
    }

    private sealed class NoiseRow
    {
        public float[] Noise { get; set; } = [];
    }
}
