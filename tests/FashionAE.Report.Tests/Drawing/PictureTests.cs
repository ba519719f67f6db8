using FashionAE.Report.Drawing;
using FashionAE.Report.Page;

namespace FashionAE.Report.Tests.Drawing;

public class PictureTests
{
    private static readonly List<PictureFigure> Figures =
        [.. ReportDrawing.Draw(Handmade.Rotation(), Handmade.Denoising()).Sections.SelectMany(s => s.Figures).OfType<PictureFigure>()];

    [Fact]
    public void Samples_stand_in_a_column_for_each_class()
    {
        var figure = Figure("rotation-samples");
        Assert.Equal(Handmade.Four, figure.ColumnTitles);
        Assert.Equal([[0, 3, 6, 9], [1, 4, 7, 10], [2, 5, 8, 11]], Grays(figure));
    }

    [Fact]
    public void Reconstructions_stand_below_their_originals()
    {
        var figure = Figure("rotation-reconstructions");
        Assert.Equal([[20, 21, 22, 23], [30, 31, 32, 33]], Grays(figure));
        Assert.Equal(["16.5 dB", "17.5 dB", "18.5 dB", "19.5 dB"], figure.Rows[1].Select(p => p.Label));
    }

    [Fact]
    public void Wrong_decodings_are_marked_with_the_judged_class()
    {
        var before = Figure("rotation-rotated-before");
        Assert.Equal([[40, 50, 60, 70], [41, 51, 61, 71], [42, 52, 62, 72]], Grays(before));
        Assert.Equal([("Bag", true), ("Dress", false), ("Bag", true), ("Bag", false)], before.Rows[2].Select(p => (p.Label, p.IsMarked)));
        Assert.Contains("another class: 2 of these 4", before.Caption, StringComparison.Ordinal);
        var after = Figure("rotation-rotated-after");
        Assert.Equal([("Trouser", false), ("Dress", false), ("Sandal", false), ("Dress", true)], after.Rows[2].Select(p => (p.Label, p.IsMarked)));
    }

    [Fact]
    public void Examples_are_clean_noisy_and_denoised()
    {
        var figure = Figure("denoising-examples");
        Assert.Equal(["clean", "noisy", "denoised"], figure.RowTitles);
        Assert.Equal(8, figure.ColumnTitles.Count);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], Grays(figure)[0]);
        Assert.Equal(("12.5 dB", "15.5 dB"), (figure.Rows[1][0].Label, figure.Rows[2][0].Label));
    }

    [Fact]
    public void Levels_of_noise_rise_from_left_to_right()
    {
        var figure = Figure("denoising-levels");
        Assert.Equal(["noise 0.1", "noise 0.25", "noise 0.4", "noise 0.6"], figure.ColumnTitles);
        Assert.Equal(["original", "noisy", "denoised"], figure.RowTitles);
        Assert.Equal([[60, 60, 60, 60], [70, 71, 72, 73], [80, 81, 82, 83]], Grays(figure));
        Assert.Equal(["20.5 dB", "12.6 dB", "9.1 dB", "6.9 dB"], figure.Rows[1].Select(p => p.Label));
        Assert.Contains("closer to the original than the noisy one at noise 0.25, 0.4 and 0.6;", figure.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Heat_maps_share_a_scale_from_zero_to_their_maximum_rounded_up()
    {
        var figure = Figure("denoising-errors");
        var scale = figure.Scale!;
        Assert.Equal((0, 0.7), (scale.Minimum, scale.Maximum)); // the greatest error is 0.61
        Assert.Equal(6, figure.Rows[2].Count);
        Assert.All(figure.Rows[2], picture => Assert.Equal(3 * 28 * 28, picture.Pixels.Length));
        Assert.Equal([0, 0, 4], figure.Rows[2][0].Pixels[..3]); // no error
        var place = (int)Math.Round(255 * 0.61 / 0.7); // the greatest, in the last pixel: as far along the color bar
        Assert.All(Enumerable.Range(0, 3), part => Assert.InRange(figure.Rows[2][0].Pixels[^(3 - part)] - scale.Colors[(3 * place) + part], -3, 3));
        Assert.Equal([252, 255, 164], scale.Colors[^3..]);
    }

    [Theory]
    [InlineData("rotation-mean-errors", 4, 5, 0.2)] // the greatest error is 4 x 5 hundredths
    [InlineData("denoising-mean-errors", 2, 11, 0.3)] // and here 2 x 11
    public void Mean_errors_have_a_row_for_each_input_and_share_a_scale(string id, int rows, int columns, double maximum)
    {
        var figure = Figure(id);
        Assert.Equal(maximum, figure.Scale!.Maximum, 1e-9);
        Assert.Equal("all", figure.ColumnTitles[^1]);
        Assert.Equal((rows, columns), (figure.RowTitles.Count, figure.ColumnTitles.Count));
        for (var row = 0; row < rows; row++)
            for (var column = 0; column < columns; column++)
            {
                var error = 0.01 * (1 + column + (row * columns));
                Assert.Equal(FormattableString.Invariant($"{error:F4}"), figure.Rows[row][column].Label);
                Assert.Equal(HeatColors.Of((float)error / maximum), figure.Rows[row][column].Pixels[^3..]);
            }
    }

    [Fact]
    public void A_tenth_exactly_is_not_rounded_up_further()
    {
        var figures = Handmade.Denoising();
        var map = figures.Errors[0] with { Errors = [.. Enumerable.Repeat(0.3f, 28 * 28)] };
        var drawn = ReportDrawing.Draw(null, figures with { Errors = [map] }).Sections[1].Figures.OfType<PictureFigure>().Single(f => f.Id == "denoising-errors");
        Assert.Equal(0.3, drawn.Scale!.Maximum, 1e-9);
        Assert.Equal([252, 255, 164], drawn.Rows[2][0].Pixels[..3]);
    }

    private static PictureFigure Figure(string id) => Figures.Single(f => f.Id == id);

    private static int[][] Grays(PictureFigure figure) => [.. figure.Rows.Select(row => row.Select(p => (int)p.Pixels[0]).ToArray())];
}
