using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Autoencoding;

/// <summary>Tests trainings on new rows that start with the weights of a trained model.</summary>
public sealed class StartFromTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-start-").FullName;

    private IDataView Old => Images.View(_ml, 100, 2);

    private IDataView New => Images.View(_ml, 60, 5);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("transformer")]
    [InlineData("chain")]
    [InlineData("loaded")]
    [InlineData("file")]
    public void A_training_begins_with_the_weights_and_statistics_to_the_bit_and_leaves_the_model_as_it_was(string kind)
    {
        var options = Models.Options(epochs: 2);
        var first = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options);
        using var chain = _ml.Transforms.CopyColumns("Same", "Pixels").Append(first).Append(_ml.Transforms.CopyColumns("Other", "Code")).Fit(Old);
        var model = chain.OfType<AutoencoderTransformer>().Single();
        var before = StartingWeights.Of(model.Model);
        var file = Path.Combine(_folder, "model");

        var start = new StartingWeights();
        options.Callbacks = [start];
        AutoencoderTransformer Next()
        {
            if (kind == "file")
            {
                AutoencoderFile.Save(model.Model, file);
                options.InitialModelFile = file;
                return _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(New);
            }
            var estimator = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options);
            if (kind != "loaded")
                return estimator.Fit(New, kind == "chain" ? chain : model);
            _ml.Model.Save(chain, Old.Schema, file);
            using var loaded = (TransformerChain<ITransformer>)_ml.Model.Load(file, out _);
            return estimator.Fit(New, loaded);
        }

        using var next = Next();
        Assert.Equal(before, start.State);
        Assert.Equal(before, StartingWeights.Of(model.Model));
        Assert.All(StartingWeights.Of(next.Model).Where(s => before[s.Key].Length > 8), s => Assert.NotEqual(before[s.Key], s.Value));
        chain.Dispose();
        Assert.Equal(60, next.Transform(New).GetColumn<float[]>("Code").Count());
    }

    /// <summary>Compares with the trainer, which trains a model that was loaded from a file.</summary>
    [Fact]
    public void It_is_the_training_of_a_loaded_model_on_the_new_rows_bit_for_bit()
    {
        using var model = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options(epochs: 2)).Fit(Old);
        var file = Path.Combine(_folder, "model");
        AutoencoderFile.Save(model.Model, file);
        using var scope = NewDisposeScope();
        using var expected = AutoencoderFile.Load(file);
        using var examples = new TensorExamples(tensor(Images.Rows(60, 5).SelectMany(row => row.Pixels).ToArray()).reshape(Images.Shape.Batch(60)));
        var history = new AutoencoderTrainer(expected, Models.Options(epochs: 2)).Train(examples);

        var estimator = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options(epochs: 2));
        using var next = estimator.Fit(New, startFrom: model);
        using var again = estimator.Fit(New, startFrom: model);
        Assert.Equal(history.Epochs.Select(e => e.TrainLoss), next.History!.Epochs.Select(e => e.TrainLoss));
        Assert.Equal(StartingWeights.Of(expected), StartingWeights.Of(next.Model));
        Assert.Equal(StartingWeights.Of(next.Model), StartingWeights.Of(again.Model));
    }

    [Fact]
    public void The_network_need_not_be_named_again_and_begins_better_than_a_fresh_one()
    {
        var options = Models.Options(epochs: 12);
        using var model = _ml.Transforms.ReconstructWithAutoencoder("Clean", "Pixels", options).Fit(Old);
        (options.Architecture, options.Epochs) = (null, 1);
        using var next = _ml.Transforms.ReconstructWithAutoencoder("Clean", "Pixels", options).Fit(New, model);
        options.Architecture = Models.Dense;
        using var fresh = _ml.Transforms.ReconstructWithAutoencoder("Clean", "Pixels", options).Fit(New);
        Assert.Equal(Models.Dense.ToString(), next.Model.Architecture.ToString());
        Assert.True(next.History!.Epochs[0].TrainLoss < 0.8 * fresh.History!.Epochs[0].TrainLoss);
    }

    [Fact]
    public void Vectors_are_scaled_as_the_first_training_learned_it()
    {
        var estimator = _ml.Transforms.EncodeWithAutoencoder("Code", "Features", new AutoencoderOptions { LatentSize = 2, Epochs = 2, Seed = 1 });
        using var model = estimator.Fit(SensorRow.View(_ml, 200));
        var warmer = SensorRow.Rows(200, seed: 3);
        foreach (var row in warmer)
            row.Values[4] += 500;
        using var next = estimator.Fit(SensorRow.View(_ml, warmer), model);
        var (before, after) = (StartingWeights.Of(model.Model), StartingWeights.Of(next.Model));
        string[] same = [.. before.Keys.Where(name => before[name].SequenceEqual(after[name]))];
        Assert.Equal(same.Order(), before.Keys.Where(name => name.EndsWith(".offset") || name.EndsWith(".scale") || name.EndsWith(".rows")).Order());
        Assert.Equal(5, same.Length);
    }

    [Theory]
    [InlineData(FrozenPart.Encoder)]
    [InlineData(FrozenPart.Decoder)]
    public void A_frozen_part_keeps_its_weights_to_the_bit(FrozenPart part)
    {
        var options = Models.Options(epochs: 2);
        using var model = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(Old);
        (options.FrozenPart, options.WeightDecay) = (part, 0.1);
        using var next = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(New, model);
        var (before, after) = (StartingWeights.Of(model.Model), StartingWeights.Of(next.Model));
        Assert.All(before, s => Assert.Equal(s.Key.StartsWith($"{part}.", StringComparison.OrdinalIgnoreCase), s.Value.SequenceEqual(after[s.Key])));
        if (part == FrozenPart.Encoder)
            Assert.Equal(RowReads.Values(model.Transform(New), "Code"), RowReads.Values(next.Transform(New), "Code"));
    }

    [Fact]
    public void A_checkpoint_is_resumed_only_with_the_same_model()
    {
        using var model = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options(epochs: 2)).Fit(Old);
        var options = Models.Options(epochs: 3);
        using var whole = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(New, model);

        (options.CheckpointPath, options.Resume, options.Epochs) = (Path.Combine(_folder, "checkpoint"), true, 1);
        _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(New, model).Dispose();
        options.Epochs = 3;
        var estimator = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options);
        foreach (var other in new Func<AutoencoderTransformer>[] { () => estimator.Fit(New), () => estimator.Fit(New, whole) })
            Assert.Contains("was trained with InitialModel", Assert.Throws<InvalidDataException>(other).Message);
        // A model that was loaded from a file counts as the same model.
        _ml.Model.Save(model, Old.Schema, Path.Combine(_folder, "model.zip"));
        using var loaded = (AutoencoderTransformer)_ml.Model.Load(Path.Combine(_folder, "model.zip"), out _);
        using var resumed = estimator.Fit(New, loaded);
        Assert.Equal(3, resumed.History!.Epochs.Count);
        Assert.Equal(StartingWeights.Of(whole.Model), StartingWeights.Of(resumed.Model));
    }

    [Fact]
    public void Few_steps_are_enough_and_early_stopping_works_as_in_every_training()
    {
        var warnings = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        using var model = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options()).Fit(Old);
        Assert.Contains("too few to learn much", Assert.Single(warnings));
        var options = Models.Options(epochs: 500);
        (options.EarlyStoppingPatience, options.ValidationSet) = (1, Images.View(_ml, 20, 8));
        using var next = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(New, model);
        Assert.Equal(TrainingOutcome.StoppedEarly, next.History!.Outcome);
        Assert.Single(warnings);
    }

    [Theory]
    [InlineData("latent size", "has latent vectors of 2 values, but LatentSize is 3: set LatentSize to null")]
    [InlineData("latent vectors", "has latent vectors of 2 values, but Architecture has 5: set Architecture to null")]
    [InlineData("layers", "HiddenSizes = [32, 8]")]
    [InlineData("kind", "but Architecture is a ConvolutionalArchitecture")]
    [InlineData("shape", "is for images of 1x12x12, but Architecture is for images of 1x9x16")]
    [InlineData("column", "column 'Extra' has 3: use the column that it was trained on")]
    [InlineData("no autoencoder", "has no autoencoder among its steps")]
    [InlineData("two models", "InitialModelFile")]
    public void Another_model_is_refused_by_what_differs(string what, string message)
    {
        using var model = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options()).Fit(Old);
        var file = Path.Combine(_folder, "model");
        AutoencoderFile.Save(model.Model, file);
        var options = new AutoencoderOptions { Epochs = 1 };
        if (what == "latent size")
            options.LatentSize = 3;
        options.Architecture = what switch
        {
            "latent vectors" => Models.Dense with { LatentSize = 5 },
            "layers" => Models.Dense with { HiddenSizes = [32] },
            "kind" => new ConvolutionalArchitecture(Images.Shape),
            "shape" => new DenseArchitecture(new ImageShape(1, 9, 16)),
            _ => null,
        };
        options.InitialModelFile = what == "two models" ? file : null;
        ITransformer start = what == "no autoencoder" ? _ml.Transforms.CopyColumns("A", "Pixels").Fit(Old) : model;
        var column = what == "column" ? "Extra" : "Pixels";
        IDataView view = what == "column" ? _ml.Transforms.Conversion.ConvertType("Extra").Fit(New).Transform(New) : New;
        var error = Assert.Throws<ArgumentException>("startFrom", () => _ml.Transforms.EncodeWithAutoencoder("Code", column, options).Fit(view, start));
        Assert.Contains(message, error.Message);
        if (what is "no autoencoder" or "two models")
            return;
        options.InitialModelFile = file;
        var ofFile = Assert.Throws<ArgumentException>("InitialModelFile", () => _ml.Transforms.EncodeWithAutoencoder("Code", column, options).Fit(view));
        Assert.Contains(message, ofFile.Message);
        Assert.StartsWith(file, ofFile.Message);
    }

    [Fact]
    public void Options_for_further_training_are_refused_without_a_model()
    {
        var options = Models.Options();
        options.FrozenPart = FrozenPart.Encoder;
        var frozen = Assert.Throws<InvalidOperationException>(() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(New));
        Assert.Contains("call Fit(input, startFrom) or set InitialModelFile", frozen.Message);
        (options.FrozenPart, options.RehearsalSet) = (FrozenPart.None, Old);
        var old = Assert.Throws<InvalidOperationException>(() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(New));
        Assert.Contains("call Fit(input, startFrom) or set InitialModelFile", old.Message);
        (options.RehearsalSet, options.InitialModelFile) = (null, Path.Combine(_folder, "missing"));
        Assert.Throws<FileNotFoundException>(() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options));
    }

    [Fact]
    public void An_estimator_that_does_not_train_cannot_start_from_a_model()
    {
        using var model = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options()).Fit(Old);
        var file = Path.Combine(_folder, "model");
        AutoencoderFile.Save(model.Model, file);
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Transforms.ApplyAutoencoder("Code", "Pixels", file).Fit(New, model));
        Assert.Contains("ApplyAutoencoder does not train", error.Message);
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options()).Fit(New, model));
    }

    [Fact]
    public void Going_on_and_disposing_keeps_no_tensors()
    {
        using var model = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options()).Fit(Old);
        void FitOnce(long memory)
        {
            var options = Models.Options();
            (options.RehearsalSet, options.FrozenPart, options.MaximumMemoryInBytes) = (Old, FrozenPart.Decoder, memory);
            _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(New, model).Dispose();
        }

        FitOnce(1 << 30);
        var before = Tensors.Alive();
        FitOnce(1 << 30);
        FitOnce(10_000);
        Assert.Equal(before, Tensors.Alive());
    }
}
