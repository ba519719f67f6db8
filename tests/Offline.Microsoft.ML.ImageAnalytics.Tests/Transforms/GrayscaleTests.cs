namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Transforms;

public class GrayscaleTests
{
    public static TheoryData<MLPixelFormat> Formats => Pictures.Formats;

    [Theory]
    [MemberData(nameof(Formats))]
    public void Colours_are_weighted_and_rounded(MLPixelFormat format)
    {
        var image = Pictures.Random(64, 64, seed: 5, format: format);
        var gray = Convert(image);
        for (var i = 0; i < 64 * 64; i++)
        {
            var color = image.At(i % 64, i / 64);
            var value = Math.Round(0.3m * color.R + 0.59m * color.G + 0.11m * color.B, MidpointRounding.AwayFromZero);
            Assert.Equal(Color.Gray((int)value), gray.At(i % 64, i / 64));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Gray_stays_as_it_is(MLPixelFormat format)
    {
        var image = Pictures.Create(16, 16, (x, y) => Color.Gray(16 * y + x), format);
        Assert.Equal(image.Colors(), Convert(image).Colors());
    }

    [Fact]
    public void What_lies_below_is_black()
    {
        Assert.Equal(new Color(64, 64, 64), Convert(Pictures.Create(1, 1, (_, _) => new Color(64, 64, 64, 128))).At(0, 0));
        // No colour that is multiplied by alpha is above it.
        Assert.Equal(new Color(9, 9, 9), Convert(Pictures.Create(1, 1, (_, _) => new Color(64, 64, 64, 9))).At(0, 0));
    }

    [Fact]
    public void The_type_stays()
    {
        var view = Pictures.View(2, 3, Pictures.Random(3, 2, seed: 1));
        var gray = Pictures.ML.Transforms.ConvertToGrayscale("Image").Fit(view).Transform(view);
        Assert.Equal(new ImageDataViewType(2, 3), gray.Schema["Image"].Type);
    }

    private static MLImage Convert(MLImage image) => Pictures.ML.Transforms.ConvertToGrayscale("Out", "Image").Apply(image);
}
