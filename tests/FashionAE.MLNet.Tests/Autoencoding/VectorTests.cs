using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet.Tests.Autoencoding;

/// <summary>Tests autoencoders of vectors that are not images.</summary>
[Trait("Pace", "slow")]
public sealed class VectorTests
{
    private readonly MLContext _ml = new(1);
    private readonly List<(ChannelMessageKind Kind, string Text)> _log = [];

    public VectorTests() => _ml.Log += (_, e) => _log.Add((e.Kind, e.RawMessage));

    [Theory]
    [InlineData(new[] { 20 }, false, "VectorArchitecture")]
    [InlineData(new[] { 49 }, false, "VectorArchitecture")]
    [InlineData(new[] { 64 }, false, "ConvolutionalArchitecture")]
    [InlineData(new[] { 64 }, true, "VectorArchitecture")]
    [InlineData(new[] { 65 }, false, "VectorArchitecture")]
    [InlineData(new[] { 1, 20 }, false, "VectorArchitecture")]
    [InlineData(new[] { 1, 64 }, false, "VectorArchitecture")]
    [InlineData(new[] { 64, 1, 1 }, false, "VectorArchitecture")]
    [InlineData(new[] { 4, 5 }, false, "ConvolutionalArchitecture")]
    [InlineData(new[] { 3, 6, 5 }, true, "ConvolutionalArchitecture")]
    public void What_a_column_is_taken_for_follows_from_its_type_and_is_logged_once(int[] dimensions, bool hasNames, string expected)
    {
        var size = dimensions.Aggregate((a, b) => a * b);
        using var model = _ml.Transforms.EncodeWithAutoencoder("Code", "Features", new AutoencoderOptions { Epochs = 1, Seed = 1 })
            .Fit(Shaped(dimensions, hasNames));
        Assert.Equal(expected, model.Model.Architecture.GetType().Name);
        Assert.Equal(size, model.InputShape.Size);
        var (kind, text) = Assert.Single(_log, line => line.Text.Contains("is treated as", StringComparison.Ordinal));
        Message.Says(text, "'Features'", expected, "Set Architecture");
        // A square length is weak evidence of images, so there is a warning.
        Assert.Equal(expected == "ConvolutionalArchitecture" && dimensions.Length == 1, kind == ChannelMessageKind.Warning);
    }

    [Fact]
    public void Reconstructions_have_the_units_and_the_slot_names_of_the_input()
    {
        var data = SensorRow.View(_ml, 2000);
        using var model = _ml.Transforms.Autoencode(Options() with { LatentColumnName = "Code", ReconstructionColumnName = "Again" }).Fit(data);
        var view = model.Transform(data);
        Assert.Equal("Vector<Single, 6>", $"{view.Schema["Again"].Type}");
        Assert.Equal(SensorRow.Names, SlotNames(view, "Again"));
        var (seen, again) = (view.GetColumn<float[]>("Features").ToArray(), view.GetColumn<float[]>("Again").ToArray());
        for (var slot = 0; slot < 5; slot++)
        {
            var (mean, spread) = (seen.Average(row => row[slot]), Deviation([.. seen.Select(row => (double)row[slot])]));
            Assert.Equal(mean, again.Average(row => row[slot]), 0.3 * spread);
            Assert.True(seen.Zip(again, (a, b) => Math.Pow(a[slot] - b[slot], 2)).Average() < spread * spread / 2, $"slot {slot}");
        }
    }

    [Fact]
    public void Errors_are_those_of_the_scaled_slots()
    {
        var data = SensorRow.View(_ml, 500);
        using var model = _ml.Transforms.Autoencode(
            Options() with { ReconstructionColumnName = "Again", MseColumnName = "Mse", ErrorMapColumnName = "Errors" }).Fit(data);
        foreach (var engine in new[] { ScoringEngine.LibTorch, ScoringEngine.OnnxRuntime })
        {
            model.ScoringEngine = engine;
            var view = model.Transform(data);
            float[][] seen = [.. view.GetColumn<float[]>("Features")], again = [.. view.GetColumn<float[]>("Again")], errors = [.. view.GetColumn<float[]>("Errors")];
            var mse = view.GetColumn<float>("Mse").ToArray();
            double[] scales = [.. Enumerable.Range(0, 6).Select(slot => Deviation([.. seen.Select(row => (double)row[slot])]) is var d and > 0 ? d : 1)];
            for (var row = 0; row < seen.Length; row++)
            {
                var expected = scales.Select((scale, slot) => Math.Pow((seen[row][slot] - (double)again[row][slot]) / scale, 2)).ToArray();
                for (var slot = 0; slot < 6; slot++)
                    // A float of a million is precise to 0.06, and the standard deviation is 17.
                    Assert.Equal(expected[slot], errors[row][slot], 1e-4 + 0.02 * expected[slot]);
                Assert.Equal(errors[row].Average(), mse[row], 1e-5 * mse[row]);
            }
        }
    }

    [Fact]
    public void A_value_that_is_not_there_is_refused_by_row_and_slot_or_left_out()
    {
        var rows = SensorRow.Rows(300);
        rows[7].Values[2] = float.NaN;
        var data = SensorRow.View(_ml, rows);
        Message.Says<InvalidOperationException>(
            () => _ml.Transforms.Autoencode(Options() with { MseColumnName = "Mse" }).Fit(data),
            "'Features'", "NaN", "row 7", "slot 2 ('Angle')", "ReplaceMissingValues", "MissingValues.Mask");
        var masking = Options(new VectorArchitecture(2) { MissingValues = MissingValues.Mask }) with { MseColumnName = "Mse", LatentColumnName = "Code" };
        using var model = _ml.Transforms.Autoencode(masking).Fit(data);
        rows[9].Values = [.. Enumerable.Repeat(float.NaN, 6)];
        rows[11].Values[0] = float.PositiveInfinity;
        var mse = model.Transform(SensorRow.View(_ml, rows)).GetColumn<float>("Mse").ToArray();
        Assert.Equal([9, 11], mse.Index().Where(pair => !float.IsFinite(pair.Item)).Select(pair => pair.Index));
        Message.Says<InvalidOperationException>(
            () => _ml.Transforms.Autoencode(masking).Fit(SensorRow.View(_ml, rows)), "'Features'", "no value in row 9", "remove the row");
        rows[9].Values[5] = 7;
        Message.Says<InvalidOperationException>(
            () => _ml.Transforms.Autoencode(masking).Fit(SensorRow.View(_ml, rows)), "row 11", "slot 0 ('Speed')", "remove the row");
    }

    [Fact]
    public void Zeros_and_ones_are_learned_by_cross_entropy_with_a_sigmoid_and_without_one_the_remedy_is_named()
    {
        // A row sets the first three slots or the others.
        var random = new Random(1);
        SensorRow Row(int group) => new() { Values = [.. Enumerable.Range(0, 6).Select(slot => slot / 3 == group ? 1f : 0f)] };
        var data = SensorRow.View(_ml, [.. Enumerable.Range(0, 400).Select(_ => Row(random.Next(2)))]);
        AutoencoderEstimator.Options With(ActivationKind output) => Options(
            new VectorArchitecture(1) { Scaling = FeatureScaling.MinMax, OutputActivation = output }) with
        {
            Loss = ReconstructionLoss.BinaryCrossEntropy,
            ReconstructionColumnName = "Again",
        };
        using var model = _ml.Transforms.Autoencode(With(ActivationKind.Sigmoid)).Fit(data);
        var view = model.Transform(data);
        foreach (var (seen, again) in view.GetColumn<float[]>("Features").Zip(view.GetColumn<float[]>("Again")))
            Assert.All(seen.Zip(again), pair => Assert.Equal(pair.First, pair.Second, 0.2));
        Message.Says<ArgumentException>(
            () => _ml.Transforms.Autoencode(With(ActivationKind.None)).Fit(data), "OutputActivation", "Sigmoid", "MinMax");
    }

    [Fact]
    public void Weights_of_slots_and_other_losses_are_taken()
    {
        var data = SensorRow.View(_ml, 100);
        foreach (var loss in new[]
        {
            new MeanSquaredLoss { SlotWeights = [1, 2, 0, 1, 1, 1] }, ReconstructionLoss.Huber, ReconstructionLoss.MeanAbsoluteError,
            ReconstructionLoss.MeanSquaredAndAbsoluteError,
        })
        {
            using var model = _ml.Transforms.Autoencode(Options() with { LatentColumnName = "Code", Loss = loss }).Fit(data);
            Assert.True(model.History!.Epochs[^1].TrainLoss < model.History.Epochs[0].TrainLoss / 2);
        }
        var wrong = Options() with { LatentColumnName = "Code", Loss = new MeanSquaredLoss { SlotWeights = [1, 2] } };
        Message.Says<ArgumentException>(() => _ml.Transforms.Autoencode(wrong).Fit(data), "2 SlotWeights", "6 values");
    }

    [Fact]
    public void A_slot_without_any_value_is_named()
    {
        var rows = SensorRow.Rows(50);
        foreach (var row in rows)
            row.Values[3] = float.NaN;
        var options = Options(new VectorArchitecture(2) { MissingValues = MissingValues.Mask }) with { LatentColumnName = "Code" };
        Message.Says<InvalidOperationException>(
            () => _ml.Transforms.Autoencode(options).Fit(SensorRow.View(_ml, rows)), "'Features'", "slot 3 ('Load')", "remove the slot");
    }

    [Fact]
    public void Without_masking_a_row_with_a_NaN_is_missing_when_it_is_scored()
    {
        var rows = SensorRow.Rows(100);
        using var model = _ml.Transforms.Autoencode(Options() with { MseColumnName = "Mse", LatentColumnName = "Code" }).Fit(SensorRow.View(_ml, rows));
        rows[3].Values[1] = float.NaN;
        var view = model.Transform(SensorRow.View(_ml, rows));
        Assert.Equal([3], view.GetColumn<float>("Mse").Index().Where(pair => float.IsNaN(pair.Item)).Select(pair => pair.Index));
        Assert.All(view.GetColumn<float[]>("Code").ElementAt(3), value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void Vectors_of_unknown_length_need_one_in_the_architecture()
    {
        var type = SchemaDefinition.Create(typeof(Any));
        var data = _ml.Data.LoadFromEnumerable(SensorRow.Rows(40).Select(row => new Any { Features = row.Values }), type);
        var options = Options(new VectorArchitecture(2)) with { LatentColumnName = "Code" };
        Message.Says<ArgumentOutOfRangeException>(
            () => _ml.Transforms.Autoencode(options).Fit(data), "'Features'", "whose size is unknown", "Length", "VectorArchitecture");
        Message.Says<ArgumentOutOfRangeException>(
            () => _ml.Transforms.Autoencode(options).GetOutputSchema(SchemaSpy.ShapeOf(_ml, data)), "'Features'", "Length");
        using var model = _ml.Transforms.Autoencode(options with { Architecture = new VectorArchitecture(2, 6) }).Fit(data);
        Assert.Equal(40, model.Transform(data).GetColumn<float[]>("Code").Count());
    }

    [Theory]
    [InlineData("Psnr")]
    [InlineData("Ssim")]
    public void Scores_of_images_are_refused_before_the_training(string score)
    {
        var options = Options() with { PsnrColumnName = score == "Psnr" ? "S" : null, SsimColumnName = score == "Ssim" ? "S" : null };
        Message.Says<InvalidOperationException>(() => _ml.Transforms.Autoencode(options).Fit(SensorRow.View(_ml, 10)), "'Features'", "vectors of 6", "MseColumnName");
    }

    [Fact]
    public void A_resumed_training_has_the_same_bits_as_an_uninterrupted_one()
    {
        var (data, path) = (SensorRow.View(_ml, 300), Path.GetTempFileName());
        File.Delete(path);
        float[] Codes(int epochs, bool resume, string? checkpoint)
        {
            var options = Options() with { LatentColumnName = "Code", Epochs = epochs, Resume = resume, CheckpointPath = checkpoint, AveragingDecay = 0.9 };
            using var model = _ml.Transforms.Autoencode(options).Fit(data);
            return [.. model.Transform(data).GetColumn<float[]>("Code").SelectMany(code => code)];
        }

        try
        {
            Codes(2, false, path);
            Assert.Equal(Codes(4, false, null), Codes(4, true, path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Rows_that_are_read_again_in_every_epoch_are_scaled_as_those_in_memory()
    {
        var data = SensorRow.View(_ml, 300);
        double[] Scales(long memory)
        {
            using var model = _ml.Transforms.Autoencode(
                Options() with { LatentColumnName = "Code", MaximumMemoryInBytes = memory, ShuffleBufferSize = 50 }).Fit(data);
            return [.. model.Model.state_dict()["encoder.0.scale"].data<float>().Select(value => (double)value)];
        }

        foreach (var (expected, actual) in Scales(1 << 20).Zip(Scales(2000)))
            Assert.Equal(expected, actual, 1e-6 * expected);
    }

    [Fact]
    public void What_is_computed_from_a_target_has_its_slot_names()
    {
        var rows = SensorRow.Rows(60);
        var type = SchemaDefinition.Create(typeof(Pair));
        void Name(string column, string prefix) => type[column].AddAnnotation(
            "SlotNames", new VBuffer<ReadOnlyMemory<char>>(6, [.. Enumerable.Range(0, 6).Select(i => $"{prefix}{i}".AsMemory())]),
            new VectorDataViewType(TextDataViewType.Instance, 6));
        Name("In", "in");
        Name("Out", "out");
        var data = _ml.Data.LoadFromEnumerable(
            rows.Select(row => new Pair { In = row.Values, Out = Array.ConvertAll(row.Values, value => 1000 * value) }).ToArray(), type);
        using var model = _ml.Transforms.Autoencode(Options() with
        {
            InputColumnName = "In",
            TargetColumnName = "Out",
            ReconstructionColumnName = "Again",
            ErrorMapColumnName = "Errors",
        }).Fit(data);
        var view = model.Transform(data);
        Assert.Equal("out3", SlotNames(view, "Again")[3]);
        Assert.Equal("out3", SlotNames(view, "Errors")[3]);
        var (wanted, again) = (view.GetColumn<float[]>("Out").Average(row => row[4]), view.GetColumn<float[]>("Again").Average(row => row[4]));
        Assert.Equal(wanted, again, 0.1 * wanted);
    }

    [Fact]
    public void A_row_that_is_missing_is_a_warning_once_a_view()
    {
        var rows = SensorRow.Rows(30);
        using var model = _ml.Transforms.Autoencode(Options() with { LatentColumnName = "Code" }).Fit(SensorRow.View(_ml, rows));
        (rows[4].Values[3], rows[9].Values[1]) = (float.NaN, float.NaN);
        var warnings = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        _ = model.Transform(SensorRow.View(_ml, rows)).GetColumn<float[]>("Code").ToArray();
        Message.Says(Assert.Single(warnings), "'Features'", "NaN", "row 4", "slot 3 ('Load')", "MissingValues.Mask");
    }

    [Fact]
    public void A_custom_network_accepts_vectors()
    {
        using var model = _ml.Transforms.Autoencode(
            Options(new OwnVectorArchitecture(6, 2)) with { LatentColumnName = "Code", ReconstructionColumnName = "Again", LearningRate = 1e-9 })
            .Fit(SensorRow.View(_ml, 50));
        foreach (var engine in new[] { ScoringEngine.LibTorch, ScoringEngine.OnnxRuntime })
        {
            model.ScoringEngine = engine;
            Assert.All(model.Transform(SensorRow.View(_ml, 5)).GetColumn<float[]>("Again"), row => Assert.Equal(6, row.Length));
        }
    }

    private static AutoencoderEstimator.Options Options(AutoencoderArchitecture? architecture = null) => new()
    {
        Architecture = architecture,
        Epochs = 20,
        BatchSize = 32,
        LearningRate = 3e-3,
        Seed = 1,
    };

    private static string[] SlotNames(IDataView view, string column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema[column].GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => $"{name}")];
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    private IDataView Shaped(int[] dimensions, bool hasNames)
    {
        var size = dimensions.Aggregate((a, b) => a * b);
        var random = new Random(1);
        var rows = Enumerable.Range(0, 8).Select(_ => new Any { Features = [.. Enumerable.Range(0, size).Select(_ => random.NextSingle())] });
        var type = SchemaDefinition.Create(typeof(Any));
        type["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, dimensions);
        if (hasNames)
            type["Features"].AddAnnotation(
                "SlotNames", new VBuffer<ReadOnlyMemory<char>>(size, [.. Enumerable.Range(0, size).Select(i => $"f{i}".AsMemory())]),
                new VectorDataViewType(TextDataViewType.Instance, size));
        return _ml.Data.LoadFromEnumerable(rows, type);
    }

    private sealed class Pair
    {
        [VectorType(6)]
        public float[] In { get; set; } = [];

        [VectorType(6)]
        public float[] Out { get; set; } = [];
    }

    private sealed class Any
    {
        public float[] Features { get; set; } = [];
    }
}
