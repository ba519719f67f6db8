using FashionAE.Torch;
using Microsoft.Data.Analysis;

namespace FashionAE.MLNet.Tests.Data;

public class ToDataFrameTests
{
    private static readonly TrainingHistory History = new(
        [
            new EpochRecord(1, 0.1, 0.2, null, 1e-3, 4.5),
            new EpochRecord(2, 1 / 3d, null, 0.4, 5e-4, 3) { TrainExamples = 600, ValidationExamples = null, TestExamples = 10 },
        ],
        TrainingOutcome.Completed);

    private static readonly ReconstructionMetrics Metrics = new(5, 0.1, 11, 0.5)
    {
        PerClass = new Dictionary<string, ReconstructionMetrics> { ["Trouser"] = new(2, 0.01, 21, 0.8), ["Bag, with \"handles\""] = new(3, 0.2, double.PositiveInfinity, -0.25) },
    };

    [Fact]
    public void A_history_is_a_row_for_each_epoch()
    {
        var table = History.ToDataFrame();
        Assert.Equal(
            [
                "Epoch", "TrainLoss", "ValidationLoss", "TestLoss", "LearningRate", "Seconds",
                "TrainExamples", "TrainLossSum", "ValidationExamples", "ValidationLossSum", "TestExamples", "TestLossSum",
            ],
            table.Columns.Select(c => c.Name));
        Assert.Equal(
            [
                [1, 0.1, 0.2, null, 1e-3, 4.5, null, null, null, null, null, null],
                [2, 1 / 3d, null, 0.4, 5e-4, 3d, 600L, 200d, null, null, 10L, 4d],
            ],
            table.Rows.Select(row => row.ToArray()));
    }

    [Fact]
    public void Scores_are_a_row_for_each_class_and_one_for_all()
    {
        var table = Metrics.ToDataFrame();
        Assert.Equal(
            ["Class", "Count", "Mse", "Psnr", "Ssim", "PsnrOfMeanMse"],
            table.Columns.Select(c => c.Name));
        Assert.Equal(
            [["Trouser", 2, 0.01, 21d, 0.8, 20d], ["Bag, with \"handles\"", 3, 0.2, double.PositiveInfinity, -0.25, -10 * Math.Log10(0.2)], ["all", 5, 0.1, 11d, 0.5, 10d]],
            table.Rows.Select(row => row.ToArray()));
    }

    [Fact]
    public void Tables_come_back_from_files()
    {
        foreach (var table in new[] { History.ToDataFrame(), Metrics.ToDataFrame() })
        {
            using var file = new MemoryStream();
            DataFrame.SaveCsv(table, file);
            file.Position = 0;
            var loaded = DataFrame.LoadCsv(file, dataTypes: [.. table.Columns.Select(c => c.DataType)]);
            Assert.Equal(table.Columns.Select(c => c.Name), loaded.Columns.Select(c => c.Name));
            Assert.Equal(table.Rows.Select(row => row.ToArray()), loaded.Rows.Select(row => row.ToArray()));
        }
    }

    [Fact]
    public void Nothing_was_trained()
    {
        Assert.Equal(0, new TrainingHistory([], TrainingOutcome.Canceled).ToDataFrame().Rows.Count);
        Assert.Throws<ArgumentNullException>(() => ((TrainingHistory)null!).ToDataFrame());
        Assert.Throws<ArgumentNullException>(() => ((ReconstructionMetrics)null!).ToDataFrame());
    }
}
