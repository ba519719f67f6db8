using System.Text.RegularExpressions;
using FashionAE.Report.Page;
using Microsoft.ML.Data;

namespace FashionAE.Report.Tests.Page;

/// <summary>The pictures that are written, read back from their files.</summary>
public sealed partial class SheetTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    [Fact]
    public void The_page_carries_every_picture_pixel_by_pixel()
    {
        var figure = TestDocument.Samples();
        Write(figure);
        var data = DataRegex().Match(File.ReadAllText(_folder.Of("report.html"))).Groups[1].Value;
        using var stream = new MemoryStream(Convert.FromBase64String(data));
        using var sheet = MLImage.CreateFromStream(stream);
        Assert.Equal((280, 84), (sheet.Width, sheet.Height));
        for (var row = 0; row < 3; row++)
            for (var column = 0; column < figure.Rows[row].Count; column++)
                for (var i = 0; i < 28 * 28; i++)
                {
                    var gray = figure.Rows[row][column].Pixels[i];
                    Assert.Equal(((int)gray, (int)gray, (int)gray), Pixel(sheet, (column * 28) + (i % 28), (row * 28) + (i / 28)));
                }
    }

    [Fact]
    public void The_file_of_a_figure_shows_its_pictures_enlarged_and_wrong_ones_framed()
    {
        var figure = TestDocument.Samples();
        Write(figure);
        using var sheet = MLImage.CreateFromFile(_folder.Of("figures/samples.png"));
        // Pictures of 112 pixels with 6 on each side.
        Assert.Equal((1240, 372), (sheet.Width, sheet.Height));
        var gray = figure.Rows[1][4].Pixels[(5 * 28) + 20];
        for (var x = 0; x < 4; x++)
            Assert.Equal(((int)gray, (int)gray, (int)gray), Pixel(sheet, (4 * 124) + 6 + (20 * 4) + x, 124 + 6 + (5 * 4) + (3 - x)));
        Assert.Equal((200, 30, 30), Pixel(sheet, (3 * 124) + 3, (2 * 124) + 60));
        Assert.Equal((255, 255, 255), Pixel(sheet, (4 * 124) + 3, (2 * 124) + 60));
    }

    [Fact]
    public void The_page_tells_of_wrong_pictures_in_a_word_too()
    {
        Write(TestDocument.Samples());
        var page = File.ReadAllText(_folder.Of("report.html"));
        Assert.Equal(3, page.Split("<td class=\"wrong\">").Length - 1);
        Assert.Equal(3, page.Split("wrong: </span></b>Dress</span>").Length - 1);
    }

    [Fact]
    public void The_file_of_heat_maps_has_the_color_bar_below()
    {
        var figure = TestDocument.HeatMaps();
        Write(figure);
        using var sheet = MLImage.CreateFromFile(_folder.Of("figures/maps.png"));
        Assert.Equal((248, 124 + 28), (sheet.Width, sheet.Height));
        Assert.Equal((0, 0, 255), Pixel(sheet, 6, 124 + 14));
        Assert.Equal((4 * 63, 2 * 63, 255 - (4 * 63)), Pixel(sheet, 248 - 7, 124 + 14));
    }

    [Fact]
    public void The_page_has_the_color_bar_with_the_values_at_its_ends()
    {
        Write(TestDocument.HeatMaps());
        var page = File.ReadAllText(_folder.Of("report.html"));
        Assert.Contains("linear-gradient(to right,#0000ff,#0402fb,", page, StringComparison.Ordinal);
        Assert.Contains("<span>0</span><span>0.4</span><span>0.8</span>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_of_an_explorer_has_the_least_values_left_and_below()
    {
        Write(TestDocument.Explorer());
        using var sheet = MLImage.CreateFromFile(_folder.Of("figures/explorer.png"));
        Assert.Equal((7 * 28, 5 * 28), (sheet.Width, sheet.Height));
        var (least, greatest) = (TestDocument.Grid.Images[0][0], TestDocument.Grid.Images[^1][0]);
        Assert.Equal(((int)least, (int)least, (int)least), Pixel(sheet, 0, 4 * 28));
        Assert.Equal(((int)greatest, (int)greatest, (int)greatest), Pixel(sheet, 6 * 28, 0));
    }

    public void Dispose() => _folder.Dispose();

    private void Write(ReportFigure figure) =>
        ReportWriter.Write(new("Title", "Lead", [new("section", "Section", "", [figure])]), _folder.Of("report.html"), null);

    private static (int Red, int Green, int Blue) Pixel(MLImage image, int x, int y)
    {
        var pixel = image.Pixels.Slice(((y * image.Width) + x) * 4, 4);
        return image.PixelFormat == MLPixelFormat.Rgba32 ? (pixel[0], pixel[1], pixel[2]) : (pixel[2], pixel[1], pixel[0]);
    }

    [GeneratedRegex("data:image/png;base64,([^)]*)")]
    private static partial Regex DataRegex();
}
