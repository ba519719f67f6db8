using System.IO.Compression;
using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Components;

[Trait("Pace", "slow")]
public sealed class SaveLoadTests : IDisposable
{
    private const string Weights = "Autoencoder.safetensors";

    private readonly MLContext _ml = new(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-mlnet-").FullName;
    private readonly ImageRow[] _rows = Images.Rows(30, 11);

    private string ModelPath => Path.Combine(_folder, "model.zip");

    private IDataView Data => _ml.Data.LoadFromEnumerable(_rows);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<AutoencoderArchitecture> Architectures => new()
    {
        Models.Dense,
        new ConvolutionalArchitecture(Images.Shape, 3) { Channels = [4, 8] },
        new CountingArchitecture(Images.Shape),
    };

    [Theory]
    [MemberData(nameof(Architectures))]
    public void A_loaded_chain_gives_the_same_bits_in_every_column(AutoencoderArchitecture architecture)
    {
        using var model = Chain(architecture).Fit(Data);
        _ml.Model.Save(model, Data.Schema, ModelPath);
        var other = new MLContext();
        var loaded = other.Model.Load(ModelPath, out var schema);
        using var _ = (IDisposable)loaded;
        Assert.Equal(Data.Schema.Select(c => $"{c.Name} {c.Type}"), schema.Select(c => $"{c.Name} {c.Type}"));
        AssertSameBits(model, loaded);
    }

    [Fact]
    public void No_two_components_have_a_name_in_files_in_common()
    {
        var components = typeof(ISaved).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(ISaved)) && !type.IsInterface).ToArray();
        Assert.InRange(components.Length, 8, 100);
        foreach (var name in new[] { nameof(ISaved.Kind), nameof(ISaved.Signature) })
            Assert.Equal(components.Length, components.Select(type => type.GetProperty(name)!.GetValue(null)).Distinct().Count());
    }

    [Fact]
    public void Columns_of_a_saved_model_come_in_the_order_in_which_they_were_saved()
    {
        // .NET guarantees no order for a Dictionary or a set, even if it keeps one in practice.
        var properties = typeof(AutoencoderTransformer).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(Component)))
            .SelectMany(type => type.GetProperties().Where(p => p.CanWrite)).ToArray();
        Assert.Contains(properties, p => p.PropertyType == typeof(OrderedDictionary<string, string>));
        Assert.DoesNotContain(properties, p => p.PropertyType is { IsGenericType: true } type
            && (type.GetGenericTypeDefinition() == typeof(Dictionary<,>) || type.GetGenericTypeDefinition() == typeof(HashSet<>)));

        var settings = System.Text.Json.JsonSerializer.Deserialize<AutoencoderStep>(
            """
            {"Input":"In","Target":null,"Outputs":{"Mse":"C","ErrorMap":"B","Latent":"D","Psnr":"A"},
             "BatchSize":1,"Threshold":null,"Sha256":""}
            """);
        Assert.Equal(["C", "B", "D", "A"], settings!.Columns.Outputs.Select(o => o.Name));
    }

    [Fact]
    public void A_model_is_saved_to_and_loaded_from_a_stream()
    {
        using var model = Chain(Models.Dense).Fit(Data);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, Data.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out var _);
        using var disposable = (IDisposable)loaded;
        AssertSameBits(model, loaded);
    }

    [Fact]
    public void The_part_of_a_chain_for_scoring_is_saved_and_loaded()
    {
        var pipeline = Chain(Models.Dense).Append(_ml.Transforms.DropColumns("Extra"), TransformerScope.Training);
        using var model = pipeline.Fit(Data);
        var scoring = model.GetModelFor(TransformerScope.Scoring);
        _ml.Model.Save(scoring, Data.Schema, ModelPath);
        var loaded = (TransformerChain<ITransformer>)new MLContext().Model.Load(ModelPath, out var _);
        using (loaded)
        {
            Assert.Equal(3, loaded.Count());
            AssertSameBits(model, loaded);
        }
    }

    [Fact]
    public void A_transformer_alone_is_saved_and_loaded_and_saved_again()
    {
        using var transformer = Models.Fit(_ml, Models.AllColumns(batchSize: 9));
        _ml.Model.Save(transformer, null, ModelPath);
        using var once = Assert.IsType<AutoencoderTransformer>(_ml.Model.Load(ModelPath, out var _));
        _ml.Model.Save(once, null, ModelPath);
        using var twice = Assert.IsType<AutoencoderTransformer>(_ml.Model.Load(ModelPath, out var _));
        Assert.Equal(9, twice.ScoringBatchSize);
        Assert.Null(twice.History);
        AssertSameBits(transformer, twice);
    }

    [Fact]
    public void A_target_column_is_remembered()
    {
        var options = Models.AllColumns();
        (options.InputColumnName, options.TargetColumnName) = ("Noisy", "Pixels");
        using var transformer = _ml.Transforms.Autoencode(options).Fit(Data);
        _ml.Model.Save(transformer, Data.Schema, ModelPath);
        var loaded = _ml.Model.Load(ModelPath, out var _);
        using var disposable = (IDisposable)loaded;
        AssertSameBits(transformer, loaded);
    }

    [Fact]
    public void Another_process_loads_a_model_with_nothing_registered()
    {
        var pipeline = _ml.Transforms.NormalizeMinMax("Pixels")
            .Append(_ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options(Models.Dense)))
            .Append(_ml.Transforms.Concatenate("Features", "Code"));
        using var model = pipeline.Fit(Images.View(_ml, 60));
        _ml.Model.Save(model, _ml.Data.LoadFromEnumerable(new[] { new Plain() }).Schema, ModelPath);

        var lines = RunLoader(0);
        string[] Bits(IEnumerable<float[]> codes) => [.. codes.Select(OtherProgram.Bits)];
        var plain = _ml.Data.LoadFromEnumerable(_rows.Select(r => new Plain { Pixels = r.Pixels }).ToArray());
        Assert.Equal(Bits(model.Transform(plain).GetColumn<float[]>("Code")), lines[..30]);
        using var engine = _ml.Model.CreatePredictionEngine<Plain, Coded>(model, new PredictionEngineOptions { OwnsTransformer = false });
        Assert.Equal(Bits(_rows.Select(r => engine.Predict(new Plain { Pixels = r.Pixels }).Code)), lines[30..]);
    }

    [Fact]
    public void A_process_without_the_assembly_of_a_users_network_is_told_which_one_it_lacks()
    {
        using var model = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options(new CountingArchitecture(Images.Shape))).Fit(Data);
        _ml.Model.Save(model, Data.Schema, ModelPath);
        var lines = RunLoader(1);
        Assert.Contains($"'{typeof(CountingArchitecture).FullName}, {typeof(CountingArchitecture).Assembly.GetName().Name}'", string.Join(' ', lines));
        Assert.Contains("reference the assembly", string.Join(' ', lines));
    }

    [Fact]
    public void A_model_of_the_command_line_is_applied_without_training()
    {
        using var trained = Models.Fit(_ml, Models.AllColumns());
        var path = Path.Combine(_folder, "model.safetensors");
        AutoencoderFile.Save(trained.Model, path);
        using var applied = _ml.Transforms.ApplyAutoencoder("Code", "Pixels", path).Fit(_ml.Data.LoadFromEnumerable(Array.Empty<ImageRow>()));
        Assert.Null(applied.History);
        Assert.Equal(trained.Transform(Data).GetColumn<float[]>("Code"), applied.Transform(Data).GetColumn<float[]>("Code"));
        Assert.Null(applied.Transform(Data).Schema.GetColumnOrNull("Clean"));
        _ml.Model.Save(applied, Data.Schema, ModelPath);
        using var loaded = (IDisposable)_ml.Model.Load(ModelPath, out var _);
    }

    [Fact]
    public void A_truncated_file_is_refused()
    {
        Save();
        var bytes = File.ReadAllBytes(ModelPath);
        foreach (var length in new[] { 0, 1, 100, bytes.Length / 2, bytes.Length - 1 })
        {
            File.WriteAllBytes(ModelPath, bytes[..length]);
            AssertRefused();
        }
    }

    [Theory]
    [InlineData("Autoencoder.safetensors", 0)]
    [InlineData("Autoencoder.safetensors", 500)]
    [InlineData("Autoencoder.safetensors", -1)]
    [InlineData("Model.key", 0)]
    [InlineData("Model.key", 0x40)]
    [InlineData("Model.key", 0x100)]
    [InlineData("Model.key", 0x110)]
    public void An_altered_byte_is_noticed(string entry, int at)
    {
        Save();
        ModelZip.Change(ModelPath, entry, bytes => bytes[at < 0 ? bytes.Length + at : at] ^= 0x55, beside: Weights);
        AssertRefused();
    }

    [Fact]
    public void A_missing_part_is_noticed()
    {
        Save();
        using (var archive = ZipFile.Open(ModelPath, ZipArchiveMode.Update))
            archive.Entries.Single(e => e.Name == "Autoencoder.safetensors").Delete();
        Assert.Contains("Autoencoder.safetensors is missing", AssertRefused());
    }

    [Fact]
    public void A_model_of_a_newer_version_is_refused()
    {
        Save();
        // The versions at 0x48 and 0x4c: the version that wrote the file, and the oldest version that can read it.
        ModelZip.Change(ModelPath, "Model.key", bytes => bytes[0x48] = bytes[0x4c] = 9, beside: Weights);
        AssertRefused();
    }

    [Fact]
    public void A_disposed_transformer_is_not_saved()
    {
        var transformer = Models.Fit(_ml, Models.AllColumns());
        transformer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _ml.Model.Save(transformer, Data.Schema, Path.Combine(_folder, "other.zip")));
    }

    [Fact]
    public void Loading_and_disposing_over_and_over_keeps_no_tensors()
    {
        Save();
        void LoadOnce()
        {
            using var loaded = (IDisposable)_ml.Model.Load(ModelPath, out var _);
            using var engine = _ml.Model.CreatePredictionEngine<ImageRow, Coded>((ITransformer)loaded);
            engine.Predict(_rows[0]);
        }

        LoadOnce();
        var before = Tensors.Alive();
        for (var i = 0; i < 10; i++)
            LoadOnce();
        Assert.Equal(before, Tensors.Alive());
    }

    private EstimatorChain<ColumnConcatenatingTransformer> Chain(AutoencoderArchitecture architecture) =>
        _ml.Transforms.NormalizeMinMax("Pixels")
            .Append(_ml.Transforms.Autoencode(Models.AllColumns(architecture)))
            .Append(_ml.Transforms.Concatenate("Features", "Code"));

    private void Save()
    {
        using var transformer = Models.Fit(_ml, Models.AllColumns());
        _ml.Model.Save(transformer, Data.Schema, ModelPath);
    }

    private string AssertRefused()
    {
        var error = Record.Exception(() => _ml.Model.Load(ModelPath, out var _));
        for (var inner = error; inner is not null; inner = inner.InnerException)
            if (inner is FormatException or InvalidDataException or InvalidOperationException or EndOfStreamException)
                return inner.Message;
        Assert.Fail($"It was {error?.GetType().FullName ?? "loaded"}: {error?.Message}");
        return "";
    }

    private void AssertSameBits(ITransformer expected, ITransformer actual)
    {
        var (a, b) = (expected.Transform(Data), actual.Transform(Data));
        Assert.Equal(a.Schema.Select(c => $"{c.Name} {c.Type}"), b.Schema.Select(c => $"{c.Name} {c.Type}"));
        Assert.Equal(a.GetColumn<float[]>("Code"), b.GetColumn<float[]>("Code"));
        Assert.Equal(a.GetColumn<float[]>("Clean"), b.GetColumn<float[]>("Clean"));
        foreach (var score in new[] { "Mse", "Psnr", "Ssim" })
            Assert.Equal(a.GetColumn<float>(score), b.GetColumn<float>(score));
    }

    private string[] RunLoader(int expectedExitCode)
    {
        var pixels = Path.Combine(_folder, "pixels.bin");
        File.WriteAllBytes(pixels, [.. _rows.SelectMany(r => r.Pixels).SelectMany(BitConverter.GetBytes)]);
        return OtherProgram.Load(ModelPath, pixels, expectedExitCode);
    }

    private sealed class Plain
    {
        [VectorType(Images.Size)]
        public float[] Pixels { get; set; } = new float[Images.Size];
    }

    private sealed class Coded
    {
        public float[] Code { get; set; } = [];
    }
}
