using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Autoencoding;

/// <summary>
/// Tests that autoencoders of vectors whose type has several dimensions, such as Vector&lt;Single, 1, 6&gt;, have the same outputs in ONNX
/// Runtime as libtorch has in the pipeline. All rows are one batch.
/// </summary>
[Trait("Pace", "slow")]
public sealed class ExportedVectorTests
{
    private readonly MLContext _ml = new(1);

    public static TheoryData<int[], bool> Types => new()
    {
        { [6], true }, { [1, 6], true }, { [1, 6], false }, { [6, 1], true }, { [6, 1], false }, { [1, 6, 1], true },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_output_of_an_autoencoder_is_exported(int[] dimensions, bool masks)
    {
        var data = View(dimensions, masks, hasEmptyRow: masks);
        var options = new AutoencoderEstimator.Options
        {
            InputColumnName = "Features",
            LatentColumnName = "Code",
            ReconstructionColumnName = "Again",
            MseColumnName = "Mse",
            ErrorMapColumnName = "Errors",
            Architecture = Architecture(masks),
            Epochs = 2,
            Seed = 1,
        };
        using var model = _ml.Transforms.Autoencode(options).Fit(View(dimensions, masks));
        model.ScoringEngine = ScoringEngine.LibTorch;
        var (expected, actual) = (model.Transform(data), ExportedChain.Run(_ml, model, data));
        AssertVectors(expected, actual, "Code", [30, 2]);
        AssertVectors(expected, actual, "Again", [30, .. dimensions]);
        AssertVectors(expected, actual, "Errors", [30, .. dimensions]);
        AssertScores(expected, actual, "Mse");
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_output_of_a_detector_is_exported(int[] dimensions, bool masks)
    {
        var data = View(dimensions, masks, hasEmptyRow: masks);
        foreach (var score in new[] { AnomalyScore.MeanSquaredError, AnomalyScore.WeightedError, AnomalyScore.ImageNeighbors })
        {
            var options = new AutoencoderAnomalyTrainer.Options
            {
                FeatureColumnName = "Features",
                ContributionColumnName = score is ImageNeighborsScore ? null : "WhatIsOdd",
                ProbabilityColumnName = "Probability",
                Score = score,
                Architecture = Architecture(masks),
                Epochs = 2,
                Seed = 1,
            };
            using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(View(dimensions, masks));
            detector.ScoringEngine = ScoringEngine.LibTorch;
            var (expected, actual) = (detector.Transform(data), ExportedChain.Run(_ml, detector, data));
            AssertScores(expected, actual, "Score");
            AssertScores(expected, actual, "Probability");
            if (options.ContributionColumnName is not null)
                AssertVectors(expected, actual, "WhatIsOdd", [30, .. dimensions]);
        }
    }

    private static VectorArchitecture Architecture(bool masks) => new(2)
    {
        HiddenSizes = [8],
        MissingValues = masks ? MissingValues.Mask : MissingValues.Refuse,
    };

    /// <summary>A view of 30 rows. With masks, one value in ten is missing. An empty row is the last one.</summary>
    private IDataView View(int[] dimensions, bool masks, bool hasEmptyRow = false)
    {
        var rows = SensorRow.Rows(30, missing: masks ? 0.1 : 0);
        if (hasEmptyRow)
            Array.Fill(rows[^1].Values, float.NaN);
        var type = SchemaDefinition.Create(typeof(SensorRow));
        var column = type[nameof(SensorRow.Values)];
        (column.ColumnName, column.ColumnType) = ("Features", new VectorDataViewType(NumberDataViewType.Single, dimensions));
        return ExportedAutoencoderTests.Select(_ml.Data.LoadFromEnumerable(rows, type), "Features");
    }

    private static void AssertVectors(
        IDataView expected, Dictionary<string, (int[] Shape, double[] Values)> actual, string column, int[] shape)
    {
        Assert.Equal(shape, actual[column].Shape);
        AssertClose(expected.GetColumn<float[]>(column).SelectMany(values => values), actual[column].Values);
    }

    private static void AssertScores(IDataView expected, Dictionary<string, (int[] Shape, double[] Values)> actual, string column)
    {
        Assert.Equal([30, 1], actual[column].Shape);
        AssertClose(expected.GetColumn<float>(column), actual[column].Values);
    }

    private static void AssertClose(IEnumerable<float> expected, double[] actual)
    {
        float[] values = [.. expected];
        Assert.Equal(values.Select(float.IsNaN), actual.Select(double.IsNaN));
        var largest = values.Where(float.IsFinite).Max(Math.Abs);
        Assert.True(largest > 0);
        Assert.All(values.Zip(actual).Where(pair => !float.IsNaN(pair.First)), pair => Assert.Equal(pair.First, pair.Second, 1e-3 * largest));
    }
}
