using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using static FashionAE.MLNet.Tests.Autoencoding.ExportedAutoencoderTests;

namespace FashionAE.MLNet.Tests.Autoencoding;

/// <summary>Tests complete pipelines, with steps of FashionAE and of ML.NET, as one ONNX graph on the garments of the sample.</summary>
public sealed class ExportedPipelineTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-export-").FullName;
    private readonly IDataView _garments;
    private readonly IDataView _pixels;

    public ExportedPipelineTests()
    {
        _garments = Images.Garments(_ml);
        _pixels = Select(_garments, "Pixels");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Clusters_of_codes_are_those_of_the_graph(bool isConvolutional)
    {
        using var model = Encoder("Code", isConvolutional).AppendCacheCheckpoint(_ml)
            .Append(_ml.Clustering.Trainers.KMeans("Code", numberOfClusters: 10)).Fit(_garments);
        var (expected, actual) = (model.Transform(_pixels), ExportedChain.Run(_ml, model, _pixels));
        AssertVectors(expected, actual, "Code", [500, 2]);
        // ML.NET numbers clusters from 1, and its exported graph numbers them from 0.
        AssertLabels(expected, actual, offset: 1);
    }

    [Fact]
    public void Trees_on_codes_give_the_same_labels()
    {
        using var model = Encoder("Features").Append(_ml.MulticlassClassification.Trainers.LightGbm(numberOfIterations: 10)).Fit(_garments);
        var (expected, actual) = (model.Transform(_pixels), ExportedChain.Run(_ml, model, _pixels));
        AssertVectors(expected, actual, "Features", [500, 2]);
        AssertLabels(expected, actual, offset: 0);
    }

    [Fact]
    public void A_linear_classifier_on_normalized_codes_gives_the_same_labels_and_scores()
    {
        using var model = Encoder("Code").Append(_ml.Transforms.NormalizeMeanVariance("Features", "Code"))
            .Append(_ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy()).Fit(_garments);
        var (expected, actual) = (model.Transform(_pixels), ExportedChain.Run(_ml, model, _pixels));
        AssertVectors(expected, actual, "Code", [500, 2]);
        AssertVectors(expected, actual, "Features", [500, 2]);
        AssertVectors(expected, actual, "Score", [500, 10]);
        AssertLabels(expected, actual, offset: 0);
    }

    [Fact]
    public void Bytes_are_scaled_encoded_and_clustered_by_one_graph()
    {
        var bytes = _ml.Data.LoadFromEnumerable(
            _garments.GetColumn<float[]>("Pixels").Select(pixels => new ByteRow { Raw = [.. pixels.Select(pixel => (byte)Math.Round(255 * pixel))] }));
        using var model = _ml.Transforms.ScalePixels("Pixels", "Raw").Append(Encoder("Code"))
            .Append(_ml.Clustering.Trainers.KMeans("Code", numberOfClusters: 10)).Fit(bytes);
        var (expected, actual) = (model.Transform(bytes), ExportedChain.Run(_ml, model, bytes));
        Assert.Equal(_garments.GetColumn<float[]>("Pixels").SelectMany(pixels => pixels), actual["Pixels"].Values.Select(value => (float)value));
        AssertVectors(expected, actual, "Code", [500, 2]);
        AssertLabels(expected, actual, offset: 1);
    }

    [Fact]
    public void A_step_for_training_alone_is_left_out()
    {
        using var model = new EstimatorChain<ITransformer>()
            .Append(_ml.Transforms.AddGaussianNoise("Pixels", standardDeviation: 0.2f), TransformerScope.Training)
            .Append(Encoder("Code")).Append(_ml.Transforms.NormalizeMeanVariance("Scaled", "Code")).Fit(_garments);
        AssertVectors(model.Transform(_pixels), ExportedChain.Run(_ml, model, _pixels), "Scaled", [500, 2]);
    }

    [Fact]
    public void Two_autoencoders_in_one_chain_keep_their_weights_apart()
    {
        using var model = Encoder("First").Append(Encoder("Second", isConvolutional: true)).Fit(_garments);
        var (expected, actual) = (model.Transform(_pixels), ExportedChain.Run(_ml, model, _pixels));
        AssertVectors(expected, actual, "First", [500, 2]);
        AssertVectors(expected, actual, "Second", [500, 2]);
    }

    [Fact]
    public void A_column_that_is_replaced_is_read_before()
    {
        using var model = _ml.Transforms.ReconstructWithAutoencoder("Pixels", "Pixels", options: Options(isConvolutional: false))
            .Append(Encoder("Code")).Fit(_garments);
        var (expected, actual) = (model.Transform(_pixels), ExportedChain.Run(_ml, model, _pixels));
        AssertVectors(expected, actual, "Pixels", [500, 784]);
        AssertVectors(expected, actual, "Code", [500, 2]);
    }

    [Fact]
    [Trait("Pace", "slow")]
    public void A_loaded_model_is_exported_by_a_program_without_libtorch()
    {
        var (zip, onnx) = (Path.Combine(_folder, "model.zip"), Path.Combine(_folder, "model.onnx"));
        var data = Select(Images.View(_ml, 60), "Pixels");
        using var model = _ml.Transforms.Autoencode(Models.AllColumns()).Append(_ml.Clustering.Trainers.KMeans("Code", numberOfClusters: 2)).Fit(data);
        _ml.Model.Save(model, data.Schema, zip);
        OtherProgram.Run("Exporter", 0, zip, onnx);
        var (expected, actual) = (model.Transform(data), ExportedChain.Run(File.ReadAllBytes(onnx), data));
        AssertVectors(expected, actual, "Code", [60, 2]);
        AssertVectors(expected, actual, "Clean", [60, Images.Size]);
        AssertLabels(expected, actual, offset: 1);
    }

    [Fact]
    [Trait("Pace", "slow")]
    public void A_custom_network_needs_libtorch_to_be_exported_and_says_so()
    {
        var (zip, onnx) = (Path.Combine(_folder, "own.zip"), Path.Combine(_folder, "own.onnx"));
        Dictionary<string, string> withLibtorch = new() { ["FASHIONAE_LIBTORCH"] = OtherProgram.Libtorch };
        OtherProgram.Run("Exporter", 0, withLibtorch, [zip]);
        Assert.StartsWith(
            "A custom network must be built before it is added to a graph, and this needs libtorch: ", OtherProgram.Run("Exporter", 1, zip, onnx)[0]);
        OtherProgram.Run("Exporter", 0, withLibtorch, [zip, onnx]);
        var data = Select(Images.View(_ml, 5), "Pixels");
        Assert.Equal([5, 2], ExportedChain.Run(File.ReadAllBytes(onnx), data)["Code"].Shape);
    }

    [Fact]
    public void A_version_of_the_operators_that_is_too_old_is_named()
    {
        using var model = Encoder("Code").Fit(_garments);
        var refused = Assert.ThrowsAny<ArgumentException>(() => _ml.Model.ConvertToOnnx(model, _pixels, 9, Stream.Null));
        Assert.Contains("Requested OpSet version 9 is lower than Autoencoder's minimum OpSet version requirement: 12", refused.Message);
    }

    private AutoencoderEstimator Encoder(string column, bool isConvolutional = false) =>
        _ml.Transforms.EncodeWithAutoencoder(column, "Pixels", Options(isConvolutional));

    private static AutoencoderOptions Options(bool isConvolutional) => new()
    {
        Architecture = isConvolutional
            ? new ConvolutionalArchitecture(FashionMnist.Shape) { Channels = [4, 8] }
            : new DenseArchitecture(FashionMnist.Shape, 2) { HiddenSizes = [32, 8] },
        Epochs = 2,
        BatchSize = 32,
        Seed = 3,
        ScoringEngine = ScoringEngine.LibTorch,
    };

    private static void AssertLabels(IDataView expected, Dictionary<string, (int[] Shape, double[] Values)> actual, int offset)
    {
        var labels = expected.GetColumn<uint>("PredictedLabel").ToArray();
        Assert.NotEqual(labels.Min(), labels.Max());
        Assert.Equal([labels.Length, 1], actual["PredictedLabel"].Shape);
        Assert.Equal(labels, actual["PredictedLabel"].Values.Select(label => (uint)label + (uint)offset));
    }

    private sealed class ByteRow
    {
        [VectorType(28, 28)]
        public byte[] Raw { get; set; } = [];
    }
}
