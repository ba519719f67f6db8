using FashionAE.Report.Drawing;

namespace FashionAE.Report.Tests.Drawing;

public class HeatColorsTests
{
    // From the published list of 256 colors of "inferno": places that are not among the anchors of the code, but for the ends.
    [Theory]
    [InlineData(0, 0x00, 0x00, 0x04)]
    [InlineData(1, 0x01, 0x00, 0x05)]
    [InlineData(31, 0x1f, 0x0c, 0x48)]
    [InlineData(72, 0x64, 0x15, 0x6e)]
    [InlineData(128, 0xbc, 0x37, 0x54)]
    [InlineData(199, 0xfb, 0x9b, 0x06)]
    [InlineData(255, 0xfc, 0xff, 0xa4)]
    public void Colors_are_the_published_ones(int place, int red, int green, int blue)
    {
        var color = HeatColors.Of(place / 255.0);
        Assert.InRange(color[0] - red, -2, 2);
        Assert.InRange(color[1] - green, -2, 2);
        Assert.InRange(color[2] - blue, -2, 2);
    }

    [Fact]
    public void What_lies_outside_has_the_color_of_the_nearer_end()
    {
        Assert.Equal(HeatColors.Of(0), HeatColors.Of(-0.5));
        Assert.Equal(HeatColors.Of(1), HeatColors.Of(1.5));
    }

    [Fact]
    public void A_color_bar_becomes_lighter_all_the_way()
    {
        var bar = HeatColors.Bar(20);
        var lightness = bar.Chunk(3).Select(c => (0.2126 * c[0]) + (0.7152 * c[1]) + (0.0722 * c[2])).ToList();
        Assert.Equal(20, lightness.Count);
        Assert.Equal(lightness.Order(), lightness);
    }
}
