namespace FashionAE.MLNet.Tests.Scores;

public class AnomalyMetricsTests
{
    private static readonly AnomalyMetrics Bag = new(80, 5, 0.9, 0.5)
    {
        BestF1Score = 0.6,
        BestF1Threshold = 0.25f,
        DetectedCount = 4,
        FalseAlarmCount = 8,
    };

    private static readonly AnomalyMetrics Metrics = new(80, 20, 0.75, 0.25)
    {
        BestF1Score = 0.5,
        BestF1Threshold = 0.5f,
        DetectedCount = 10,
        FalseAlarmCount = 8,
        Pixels = new(900, 100, 7, 0.875, 0.625) { IntersectionOverUnion = 0.375, FalseAlarmRate = 0.125 },
        PerClass = new Dictionary<string, AnomalyMetrics> { ["Bag"] = Bag },
    };

    [Fact]
    public void Figures_follow_from_the_counts()
    {
        Assert.Equal((0.5, 0.1), (Metrics.Recall, Metrics.FalseAlarmRate));
        // Precision 10 / 18, recall 10 / 20.
        Assert.Equal(2 * (10 / 18.0) * 0.5 / (10 / 18.0 + 0.5), Metrics.F1Score, 1e-12);
        Assert.Equal(0, (Metrics with { DetectedCount = 0 }).F1Score);
        var unjudged = Metrics with { DetectedCount = null, FalseAlarmCount = null };
        Assert.Equal((double.NaN, double.NaN, double.NaN), (unjudged.F1Score, unjudged.Recall, unjudged.FalseAlarmRate));
    }

    [Fact]
    public void The_text_has_a_line_for_each_class_one_for_all_and_one_for_pixels()
    {
        var lines = Metrics.ToString().Split('\n');
        Assert.Equal(["class", "Bag", "all", "pixels:"], lines.Select(line => line.Split(' ')[0]));
        Assert.Single(lines[..3].Select(line => line.Length).Distinct());
        Assert.Equal(["Bag", "80", "5", "0.9000", "0.5000", "0.6000", "0.4706", "0.8000", "0.1000"], lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("pixels: AUROC 0.8750, AUPRO 0.6250, IoU 0.3750, false alarms 0.1250; 100 of 1000 in 7 regions", lines[3]);
        Assert.Equal(2, Bag.ToString().Split('\n').Length);
    }

    [Fact]
    public void A_table_has_a_row_for_each_class_and_one_for_all()
    {
        var table = Metrics.ToDataFrame();
        Assert.Equal(
            [
                "Class", "NormalCount", "AnomalyCount", "DetectedCount", "FalseAlarmCount", "Auroc", "AveragePrecision", "BestF1", "BestF1Threshold",
                "F1", "Recall", "FalseAlarmRate", "PixelAuroc", "Aupro", "Iou", "PixelFalseAlarmRate",
            ],
            table.Columns.Select(c => c.Name));
        Assert.Equal(
            [
                ["Bag", 80, 5, 4, 8, 0.9, 0.5, 0.6, 0.25, 8 / 17.0, 0.8, 0.1, null, null, null, null],
                ["all", 80, 20, 10, 8, 0.75, 0.25, 0.5, 0.5, 20 / 38.0, 0.5, 0.1, 0.875, 0.625, 0.375, 0.125],
            ],
            table.Rows.Select(row => row.ToArray()));
    }

    [Fact]
    public void Metrics_that_were_not_measured_are_null_in_a_table()
    {
        var row = new AnomalyMetrics(1, 1, 1, 1) { Pixels = new(1, 1, 1, 0.5, 0.25) }.ToDataFrame().Rows[0].ToArray();
        Assert.Equal(["all", 1, 1, null, null, 1d, 1d, 0d, 0d, null, null, null, 0.5, 0.25, null, null], row);
    }
}
