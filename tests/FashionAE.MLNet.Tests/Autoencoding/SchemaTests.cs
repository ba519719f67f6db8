using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Autoencoding;

public class SchemaTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void The_added_columns_follow_those_of_the_input()
    {
        using var transformer = Models.Fit(_ml, Models.AllColumns());
        var schema = transformer.GetOutputSchema(Images.View(_ml, 1).Schema);
        Assert.Equal(
            [
                "Id: Int32", "Pixels: Vector<Single, 144>", "Noisy: Vector<Single, 144>", "Name: String", "Extra: Vector<Double, 3>",
                "Code: Vector<Single, 2>", "Clean: Vector<Single, 144>", "Mse: Single", "Psnr: Single", "Ssim: Single", "ErrorMap: Vector<Single, 144>",
            ],
            schema.Select(c => $"{c.Name}: {c.Type}"));
    }

    [Fact]
    public void The_schema_is_the_same_from_transformer_view_and_mapper()
    {
        using var transformer = Models.Fit(_ml, Models.AllColumns());
        var data = Images.View(_ml, 1);
        string[] Describe(DataViewSchema schema) => [.. schema.Select(c => $"{c.Name} {c.Type} {c.IsHidden} {c.Annotations}")];
        var expected = Describe(transformer.GetOutputSchema(data.Schema));
        Assert.Equal(expected, Describe(transformer.Transform(data).Schema));
        Assert.Equal(expected, Describe(transformer.GetRowToRowMapper(data.Schema).OutputSchema));
    }

    [Fact]
    public void An_output_may_take_the_name_of_its_input_which_it_hides()
    {
        var data = Images.View(_ml, 20);
        using var transformer = _ml.Transforms.EncodeWithAutoencoder("Pixels", null, Models.Options()).Fit(data);
        var schema = transformer.Transform(data).Schema;
        Assert.Equal("Vector<Single, 2>", $"{schema["Pixels"].Type}");
        Assert.True(schema[1].IsHidden);
        Assert.Equal(2, transformer.Transform(data).GetColumn<float[]>("Pixels").First().Length);
    }

    [Fact]
    public void A_reconstruction_has_the_dimensions_of_its_input()
    {
        var data = _ml.Data.LoadFromEnumerable(Images.Rows(20).Select(r => new Square { Pixels = r.Pixels }).ToArray());
        using var transformer = _ml.Transforms.ReconstructWithAutoencoder("Clean", "Pixels", Models.Options()).Fit(data);
        Assert.Equal("Vector<Single, 12, 12>", $"{transformer.Transform(data).Schema["Clean"].Type}");
    }

    [Theory]
    [InlineData("Nope", "input column 'Nope'")]
    [InlineData("Name", "input column 'Name'", "expected Vector<Single>, got String", "append ml.Transforms.LoadPixels")]
    [InlineData("Id", "input column 'Id'", "expected Vector<Single>, got Int32")]
    public void Fitting_on_a_missing_or_mistyped_column_is_refused(string column, params string[] promised)
    {
        var estimator = _ml.Transforms.EncodeWithAutoencoder("Code", column, Models.Options());
        var data = Images.View(_ml, 3);
        Message.Says<ArgumentOutOfRangeException>(() => estimator.Fit(data), promised);
        Message.Says<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(SchemaSpy.ShapeOf(_ml, data)), promised);
    }

    [Fact]
    public void Fitting_with_a_missing_target_is_refused()
    {
        var options = Models.Options();
        options.TargetColumnName = "Nope";
        Message.Says<ArgumentOutOfRangeException>(
            () => _ml.Transforms.ReconstructWithAutoencoder("Clean", "Noisy", options).Fit(Images.View(_ml, 3)), "target column 'Nope'");
    }

    [Fact]
    public void A_fitted_transformer_refuses_other_columns_immediately()
    {
        using var transformer = Models.Fit(_ml, Models.AllColumns());
        var missing = _ml.Data.LoadFromEnumerable([new Featureless()]);
        var small = _ml.Data.LoadFromEnumerable([new Small()]);
        foreach (var act in new Action<IDataView>[]
        {
            view => transformer.Transform(view), view => transformer.GetOutputSchema(view.Schema), view => transformer.GetRowToRowMapper(view.Schema),
        })
        {
            Message.Says<ArgumentOutOfRangeException>(() => act(missing), "Could not find input column 'Pixels'");
            Message.Says<ArgumentOutOfRangeException>(() => act(small), "input column 'Pixels'", "expected Vector<Single, 144>, got Vector<Single, 3>");
        }
    }

    [Fact]
    public void An_architecture_for_other_images_is_refused()
    {
        var options = Models.Options(new DenseArchitecture(new ImageShape(1, 10, 10)));
        Message.Says<ArgumentOutOfRangeException>(
            () => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(Images.View(_ml, 3)),
            "input column 'Pixels'", "expected Vector<Single, 100>, got Vector<Single, 144>");
    }

    [Fact]
    public void If_the_type_has_no_shape_the_architecture_is_required()
    {
        var data = _ml.Data.LoadFromEnumerable([new ManyChannels()]);
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels").Fit(data));
        Assert.Contains("'Pixels'", error.Message);
        Assert.Contains("Architecture", error.Message);
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused_when_they_are_given()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", new AutoencoderOptions { ScoringBatchSize = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", new AutoencoderOptions { MaximumMemoryInBytes = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", new AutoencoderOptions { LatentSize = 0 }));
        Assert.Throws<ArgumentException>(() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", new AutoencoderOptions { Architecture = Models.Dense, LatentSize = 3 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", epochs: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", latentSize: 0));
        Assert.Throws<ArgumentException>(() => _ml.Transforms.Autoencode(new AutoencoderEstimator.Options()));
        Assert.Throws<ArgumentException>(() => _ml.Transforms.Autoencode(new AutoencoderEstimator.Options { LatentColumnName = "A", MseColumnName = "A" }));
        Assert.Throws<ArgumentNullException>(() => _ml.Transforms.ApplyAutoencoder("Code", "Pixels", null!));
        Assert.Throws<ArgumentNullException>(() => _ml.Transforms.ApplyAutoencoder(null!, new ApplyAutoencoderOptions { LatentColumnName = "Code" }));
        foreach (var (name, options) in new (string, AutoencoderOptions)[]
        {
            ("Optimizer", new() { Optimizer = (OptimizerKind)9 }), ("Loss", new() { Loss = null! }), ("Device", new() { Device = null! }),
            ("BatchSize", new() { BatchSize = 3_000_000 }), ("AugmentedCopies", new() { Augmentation = new GaussianNoise(), AugmentedCopies = int.MaxValue }),
        })
            Assert.StartsWith(name, Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options)).Message);
        Assert.Throws<FileNotFoundException>(() => _ml.Transforms.ApplyAutoencoder("Code", "Pixels", "no such file.safetensors"));
    }

    [Fact]
    public void Batches_that_no_memory_holds_and_trainings_on_one_image_are_refused_by_name()
    {
        Assert.Contains("ScoringBatchSize is 3000000", Assert.Throws<ArgumentOutOfRangeException>(() => Models.Fit(_ml, Models.AllColumns(batchSize: 3_000_000))).Message);
        Assert.Contains("Training set has 1 instance", Assert.Throws<InvalidOperationException>(() => Models.Fit(_ml, Models.AllColumns(), images: 1)).Message);
        var held = Models.Options();
        held.ValidationSetFraction = 0.9;
        Assert.Contains("0.9 of 10 images", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", held).Fit(Images.View(_ml, 10))).Message);
    }

    private sealed class Square
    {
        [VectorType(12, 12)]
        public float[] Pixels { get; set; } = [];
    }

    private sealed class Small
    {
        [VectorType(3)]
        public float[] Pixels { get; set; } = new float[3];
    }

    private sealed class ManyChannels
    {
        [VectorType(5, 2, 2)]
        public float[] Pixels { get; set; } = new float[20];
    }

    private sealed class Featureless
    {
        public float Other { get; set; }
    }
}
