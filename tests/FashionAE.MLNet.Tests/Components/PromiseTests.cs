using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet.Tests.Components;

/// <summary>
/// An estimator must promise exactly the columns that its transformer adds, so that a chain that cannot work is rejected before anything is
/// trained.
/// </summary>
public sealed class PromiseTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly string _model = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var estimator in new[] { "encode", "encode in place", "reconstruct", "reconstruct in place", "autoencode", "apply", "anomaly", "noise", "noise in place", "rotate", "score", "draw", "overlay" })
            foreach (var input in new[] { "plain", "named", "unknown size" })
                cases.Add(estimator, input);
        foreach (var estimator in new[] { "rotate without shape", "draw without shape", "overlay without shape", "load", "decode", "convert" })
            foreach (var input in new[] { "plain", "named" })
                cases.Add(estimator, input);
        return cases;
    }

    public void Dispose() => File.Delete(_model);

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_estimator_promises_what_its_transformer_delivers(string estimator, string input)
    {
        var (data, made) = (Data(input), Make(estimator));
        var promised = made.GetOutputSchema(SchemaSpy.ShapeOf(_ml, data));
        var transformer = made.Fit(data);
        using var owner = transformer as IDisposable;
        Assert.Equal(Describe(SchemaSpy.ShapeOf(_ml, transformer.Transform(data))), Describe(promised));
    }

    [Theory]
    [InlineData("reconstruct", "Clean")]
    [InlineData("autoencode", "Clean")]
    [InlineData("noise", "Noisy")]
    [InlineData("rotate", "Turned")]
    public void Images_made_of_images_have_their_slot_names(string estimator, string column)
    {
        Assert.Equal(Enumerable.Range(0, Images.Size).Select(i => $"pixel {i}"), Names("named"));
        Assert.Null(Names("plain"));
        Assert.Null(Names("unknown size"));

        string[]? Names(string input)
        {
            var transformer = Make(estimator).Fit(Data(input));
            using var owner = transformer as IDisposable;
            return SlotNames(transformer.Transform(Data(input)).Schema[column]);
        }
    }

    [Fact]
    public void Latent_vectors_have_slot_names_that_concatenating_keeps()
    {
        var data = Data("named");
        using var model = Make("autoencode").Append(_ml.Transforms.Concatenate("Both", "Code", "Mse")).Fit(data);
        var schema = model.Transform(data).Schema;
        Assert.Equal(["Latent1", "Latent2"], SlotNames(schema["Code"])!);
        Assert.Equal(["Code.Latent1", "Code.Latent2", "Mse"], SlotNames(schema["Both"])!);
    }

    [Fact]
    public void A_score_and_its_label_are_annotated_as_a_separate_set()
    {
        var data = Data("plain");
        var trainers = _ml.AnomalyDetection.Trainers.RandomizedPca("Pixels", rank: 2).Append(_ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector()));
        using var model = trainers.Fit(data);
        var schema = model.Transform(data).Schema;
        foreach (var name in new[] { "Score", "PredictedLabel" })
        {
            Assert.Equal("AnomalyDetection", Text(schema[name], "ScoreColumnKind"));
            Assert.Equal(name, Text(schema[name], "ScoreValueKind"));
            var sets = schema.Where(c => c.Name == name).Select(c =>
            {
                var set = 0u;
                c.Annotations.GetValue("ScoreColumnSetId", ref set);
                return set;
            });
            Assert.Equal([1u, 2u], sets);
        }
        using var transformer = Models.Fit(_ml, Models.AllColumns());
        Assert.Empty(transformer.GetOutputSchema(data.Schema)["Mse"].Annotations.Schema);
    }

    [Fact]
    public void Drawn_images_have_a_size_where_the_shape_is_given()
    {
        var data = Data("plain");
        Assert.Equal(new ImageDataViewType(Images.Side, Images.Side), Make("draw").Fit(data).Transform(data).Schema["Image"].Type);
        var drawn = Make("draw without shape").Fit(data).Transform(data);
        Assert.Equal(new ImageDataViewType(), drawn.Schema["Image"].Type);
        foreach (var image in drawn.GetColumn<MLImage>("Image"))
            using (image)
                Assert.Equal((Images.Side, Images.Side), (image.Height, image.Width));
    }

    [Fact]
    public void A_chain_that_cannot_work_is_refused_before_it_is_fitted()
    {
        var shape = SchemaSpy.ShapeOf(_ml, Data("unknown size"));
        foreach (var (next, message) in new (IEstimator<ITransformer>, string)[]
        {
            (_ml.Transforms.EncodeWithAutoencoder("Code", "Noisy"), "Schema mismatch for input column 'Noisy': expected Vector<Single>, got VarVector<Single>, whose size is unknown: "),
            (_ml.Transforms.RotateImages("Turned", "Noisy"), "Schema mismatch for input column 'Noisy': expected Vector<Single>, got VarVector<Single>, whose size is unknown: "),
            (_ml.Clustering.Trainers.KMeans("Noisy"), "Schema mismatch for feature column 'Noisy': expected Vector<Single>, got VarVector<Single>"),
        })
            Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(() => Make("noise").Append(next).GetOutputSchema(shape)).Message);
    }

    private IDataView Data(string input)
    {
        var rows = Images.Rows(20);
        if (input == "unknown size")
            return _ml.Data.LoadFromEnumerable(Array.ConvertAll(rows, r => new LooseRow { Pixels = r.Pixels }));
        var definition = SchemaDefinition.Create(typeof(ImageRow));
        if (input == "named")
        {
            var names = Enumerable.Range(0, Images.Size).Select(i => $"pixel {i}".AsMemory()).ToArray();
            definition["Pixels"].AddAnnotation(
                "SlotNames", new VBuffer<ReadOnlyMemory<char>>(names.Length, names), new VectorDataViewType(TextDataViewType.Instance, names.Length));
        }
        return _ml.Data.LoadFromEnumerable(rows, definition);
    }

    private IEstimator<ITransformer> Make(string estimator)
    {
        if (estimator == "apply")
        {
            using var trained = Models.Fit(_ml, Models.AllColumns());
            AutoencoderFile.Save(trained.Model, _model);
        }
        return estimator switch
        {
            "encode" => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options()),
            "encode in place" => _ml.Transforms.EncodeWithAutoencoder("Pixels", null, Models.Options()),
            "reconstruct" => _ml.Transforms.ReconstructWithAutoencoder("Clean", "Pixels", Models.Options()),
            "reconstruct in place" => _ml.Transforms.ReconstructWithAutoencoder("Pixels", null, Models.Options()),
            "autoencode" => _ml.Transforms.Autoencode(Models.AllColumns()),
            "apply" => _ml.Transforms.ApplyAutoencoder(_model, Models.Applied()),
            "anomaly" => _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector()),
            "noise" => _ml.Transforms.AddGaussianNoise("Noisy", "Pixels"),
            "noise in place" => _ml.Transforms.AddGaussianNoise("Pixels"),
            "rotate" => _ml.Transforms.RotateImages("Turned", "Pixels", new ImageRotatingEstimator.Options { Copies = 2, Shape = Images.Shape }),
            "rotate without shape" => _ml.Transforms.RotateImages("Turned", "Pixels", copies: 2),
            "score" => _ml.Transforms.ScoreReconstruction("Pixels", "Pixels", new ReconstructionScoringEstimator.Options { MseColumnName = "Mse", PsnrColumnName = "Psnr", SsimColumnName = "Ssim", Shape = Images.Shape }),
            "load" => _ml.Transforms.LoadPixels("Loaded", null, "Name", new PixelOptions { Shape = Images.Shape, ReadableColumnName = "IsReadable" }),
            "decode" => _ml.Transforms.CustomMapping<ImageRow, BytesRow>((_, file) => file.Png = [], contractName: null)
                .Append(_ml.Transforms.DecodePixels("Decoded", "Png", new PixelOptions { Shape = Images.Shape, ReadableColumnName = "IsReadable" })),
            "convert" => Make("draw").Append(_ml.Transforms.ConvertToPixels("Converted", Images.Shape, "Image")),
            "draw" => _ml.Transforms.DrawImages("Image", "Pixels", Images.Shape),
            "overlay" => _ml.Transforms.DrawOverlay("Image", "Pixels", "Pixels", "Pixels", new OverlayDrawingEstimator.Options { MaximumValue = 1, Scale = 2, Shape = Images.Shape }),
            "overlay without shape" => _ml.Transforms.DrawOverlay("Image", "Pixels", "Pixels", null, new OverlayDrawingEstimator.Options { MaximumValue = 1 }),
            _ => _ml.Transforms.DrawImages("Image", "Pixels"),
        };
    }

    private static string[] Describe(SchemaShape shape)
    {
        static string One(SchemaShape.Column column) =>
            $"{column.Name}: {column.Kind} of {column.ItemType}{(column.IsKey ? ", a key" : "")} [{string.Join("; ", column.Annotations.OrderBy(a => a.Name, StringComparer.Ordinal).Select(One))}]";
        return [.. shape.OrderBy(c => c.Name, StringComparer.Ordinal).Select(One)];
    }

    private static string[]? SlotNames(DataViewSchema.Column column)
    {
        if (!column.HasSlotNames())
            return null;
        var names = default(VBuffer<ReadOnlyMemory<char>>);
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(n => n.ToString())];
    }

    private static string Text(DataViewSchema.Column column, string annotation)
    {
        var text = default(ReadOnlyMemory<char>);
        column.Annotations.GetValue(annotation, ref text);
        return text.ToString();
    }

    private sealed class LooseRow
    {
        public float[] Pixels { get; set; } = [];
    }
}
