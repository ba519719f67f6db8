using System.Text.Json.Nodes;
using FashionAE.Report.Drawing;
using FashionAE.Report.Figures;
using FashionAE.Report.Page;
using FashionAE.Torch;

namespace FashionAE.Report.Tests.Drawing;

public class LossChartTests
{
    [Fact]
    public void All_losses_and_learning_rates_are_drawn()
    {
        var chart = Draw(Handmade.Run("r", Handmade.Epochs(6)));
        var losses = Specification.Rows(chart.Specification, "loss");
        Assert.Equal(18, losses.Count);
        Assert.Equal(0.1167, Loss("train", 3), 1e-9); // 0.05 + 0.2 / 3
        Assert.Equal(0.06, Loss("validation", 3), 1e-9);
        Assert.Equal(0.12, Loss("test", 2), 1e-9);
        Assert.Equal([0.002, 0.002, 0.002, 0.002, 0.001, 0.001], Specification.Rows(chart.Specification, "rate").Select(row => row["rate"]!.GetValue<double>()));
        var rate = Specification.Objects(chart.Specification).Single(o => o["field"] is JsonValue field && field.GetValue<string>() == "rate");
        Assert.Equal("log", rate["scale"]!["type"]!.GetValue<string>());

        double Loss(string curve, int epoch) =>
            losses.Single(row => row["curve"]!.GetValue<string>() == curve && row["epoch"]!.GetValue<int>() == epoch)["loss"]!.GetValue<double>();
    }

    [Fact]
    public void The_rule_stands_at_the_kept_epoch()
    {
        var chart = Draw(Handmade.Run("r", Handmade.Epochs(6)));
        var rule = Assert.Single(Specification.Marks(chart.Specification, "rule"));
        Assert.Equal(3, rule["data"]!["values"]![0]!["epoch"]!.GetValue<int>());
        var label = Assert.Single(Specification.Marks(chart.Specification, "text"));
        Assert.Equal("kept: epoch 3", label["data"]!["values"]![0]!["label"]!.GetValue<string>());
        Assert.Equal("left", label["mark"]!["align"]!.GetValue<string>());
        Assert.Contains("epoch 3 of 6: it has the lowest validation loss (0.0600)", chart.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_validation_the_training_loss_decides_and_no_curve_of_it_is_named()
    {
        var chart = Draw(Handmade.Run("r", new EpochRecord(1, 0.5, null, null, 0.001, 1), new EpochRecord(2, 0.4, null, null, 0.001, 1)));
        Assert.Equal(["train", "train"], Specification.Rows(chart.Specification, "loss").Select(row => row["curve"]!.GetValue<string>()));
        Assert.Equal("right", Specification.Marks(chart.Specification, "text").Single()["mark"]!["align"]!.GetValue<string>()); // else it would leave the chart
        Assert.Contains("epoch 2 of 2: it has the lowest training loss (0.4000)", chart.Caption, StringComparison.Ordinal);
        Assert.DoesNotContain("validation", chart.Specification["vconcat"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_epoch_is_visible_as_points()
    {
        var chart = Draw(Handmade.Run("r", Handmade.Epochs(1)));
        Assert.All(Specification.Marks(chart.Specification, "line"), line => Assert.NotNull(line["mark"]!["point"]));
    }

    [Fact]
    public void No_finished_epoch_is_said_to_be_kept()
    {
        var chart = Draw(Handmade.Run("r"));
        Assert.Empty(Specification.Marks(chart.Specification, "rule"));
        Assert.Contains("No epoch was finished.", chart.Caption, StringComparison.Ordinal);
    }

    private static ChartFigure Draw(RunSummary run) =>
        ReportDrawing.Draw(null, Handmade.Denoising() with { Run = run }).Sections[1].Figures.OfType<ChartFigure>().Single(f => f.Id == "denoising-loss");
}
