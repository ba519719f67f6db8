using System.Globalization;
using FashionAE.Report.Page;

namespace FashionAE.Report.Tests.Page;

public sealed class PaletteTests
{
    // The dark background of report.css.
    private const string Dark = "#14171c";

    public static TheoryData<string> DarkClasses => new(Palette.DarkClasses);

    [Theory]
    [MemberData(nameof(DarkClasses))]
    public void Colors_for_a_dark_page_have_the_contrast_that_WCAG_asks_of_graphics(string color) =>
        Assert.True((Luminance(color) + 0.05) / (Luminance(Dark) + 0.05) >= 3);

    [Fact]
    public void Every_class_has_a_color_of_its_own_in_both_schemes_and_a_shape()
    {
        Assert.Equal(10, Palette.Classes.Distinct().Count());
        Assert.Equal(10, Palette.DarkClasses.Distinct().Count());
        Assert.Equal(10, Palette.Shapes.Distinct().Count());
    }

    // WCAG 2.1, relative luminance.
    private static double Luminance(string color)
    {
        double Part(int at)
        {
            var value = byte.Parse(color.AsSpan(at, 2), NumberStyles.HexNumber) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }
        return (0.2126 * Part(1)) + (0.7152 * Part(3)) + (0.0722 * Part(5));
    }
}
