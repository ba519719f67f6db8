using FashionAE.Report.Drawing;
using FashionAE.Report.Page;
using FashionAE.Torch;

namespace FashionAE.Report.Tests.Drawing;

public class TableTests
{
    private static readonly List<TableFigure> Tables = All(ReportDrawing.Draw(Handmade.Rotation(), Handmade.Denoising()));

    [Fact]
    public void Judged_shares_are_in_percent_for_each_class_and_all()
    {
        var table = Table("rotation-judged");
        Assert.Equal(["Trouser", "99.1", "6.3", "98.5", "81.3"], table.Rows[0]);
        Assert.Equal(["all", "95.3", "45.8", "94.4", "88.3"], table.Rows[^1]);
        Assert.Contains("Of the turned Trouser images 6 % are decoded as Trouser before, 81 % after.", table.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Decoded_classes_are_in_percent_of_each_row_and_the_largest_error_is_told()
    {
        var before = Table("rotation-decoded-before");
        Assert.Equal(["Class", "as Trouser (%)", "as Dress (%)", "as Sandal (%)", "as Bag (%)"], before.Columns);
        Assert.Equal(
            [
                ["Trouser", "6.0", "31.0", "1.0", "62.0"], ["Dress", "4.0", "33.0", "9.0", "54.0"],
                ["Sandal", "0.0", "0.0", "100.0", "0.0"], ["Bag", "0.0", "0.0", "0.0", "100.0"],
            ],
            before.Rows);
        Assert.EndsWith(" 62 % of the turned Trouser images are decoded as Bag.", before.Caption, StringComparison.Ordinal);
        Assert.Equal(["Trouser", "81.0", "15.0", "4.0", "0.0"], Table("rotation-decoded-after").Rows[0]);
    }

    [Fact]
    public void Scores_are_given_by_level_of_noise()
    {
        var table = Table("denoising-scores");
        Assert.Equal(["Input", "Images", "MSE", "PSNR (dB)", "SSIM"], table.Columns);
        Assert.Equal(5, table.Rows.Count);
        Assert.Equal(["noise 0.25", "10,000", "0.0330", "13.0", "0.470"], table.Rows[2]);
    }

    [Fact]
    public void Scores_are_given_by_class_at_each_level()
    {
        Assert.Equal(["Class", "clean", "noise 0.1", "noise 0.25", "noise 0.4", "noise 0.6"], Table("denoising-mse").Columns);
        Assert.Equal(["Dress", "0.0303", "0.0313", "0.0323", "0.0333", "0.0343"], Table("denoising-mse").Rows[3]);
        Assert.Equal(["Dress", "15.7", "14.7", "13.7", "12.7", "11.7"], Table("denoising-psnr").Rows[3]);
        Assert.Equal(["all", "0.490", "0.480", "0.470", "0.460", "0.450"], Table("denoising-ssim").Rows[10]);
    }

    [Fact]
    public void An_infinite_ratio_is_a_sign()
    {
        var figures = Handmade.Denoising();
        var scores = figures.Scores.Select(row => row with { Score = new ReconstructionMetrics(1, 0, double.PositiveInfinity, 1) });
        var table = All(ReportDrawing.Draw(null, figures with { Scores = [.. scores] })).Single(t => t.Id == "denoising-scores");
        Assert.Equal("∞", table.Rows[0][3]);
    }

    [Fact]
    public void Models_of_one_architecture_share_the_table_of_layers()
    {
        var table = Table("rotation-layers");
        Assert.Equal([["encoder.0", "Conv2d", "32 × 14 × 14", "320"], ["decoder.1", "Linear", "6272", "18,816"], ["total", "", "", "19,136"]], table.Rows);
        Assert.DoesNotContain(Tables, t => t.Id.StartsWith("rotation-layers-", StringComparison.Ordinal));
    }

    [Fact]
    public void Options_environment_and_duration_of_both_runs_stand_side_by_side()
    {
        Assert.Equal(["Option", "before (rotation-upright)", "after (rotation-rotated)"], Table("rotation-options").Columns);
        Assert.Equal([["epochs", "12", "6"], ["seed", "1", "1"]], Table("rotation-options").Rows);
        Assert.Contains(["processor", "a fast one", "a fast one"], Table("rotation-environment").Rows);
        Assert.Equal(["Duration of the training", "4 min 6 s", "2 min 3 s"], Table("rotation-environment").Rows[^1]); // 12 and 6 epochs of 20.5 s
    }

    private static TableFigure Table(string id) => Tables.Single(t => t.Id == id);

    private static List<TableFigure> All(ReportDocument document) => [.. document.Sections.SelectMany(s => s.Figures).OfType<TableFigure>()];
}
