using Microsoft.ML.Images;

namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Images;

public sealed class AlphaMultiplicationTests
{
    [Fact]
    public void Colours_are_multiplied_to_the_nearest_byte()
    {
        for (var alpha = 0; alpha < 256; alpha++)
            for (var color = 0; color < 256; color++)
                Assert.Equal((byte)Math.Round(color * alpha / 255.0), AlphaMultiplication.Multiply((byte)color, (byte)alpha));
    }

    [Fact]
    public void Colours_are_divided_to_the_nearest_byte_and_are_the_same_when_multiplied_again()
    {
        for (var alpha = 1; alpha < 256; alpha++)
            for (var color = 0; color <= alpha; color++)
            {
                var divided = AlphaMultiplication.Divide((byte)color, (byte)alpha);
                Assert.Equal((byte)Math.Round(color * 255.0 / alpha, MidpointRounding.AwayFromZero), divided);
                Assert.Equal(color, AlphaMultiplication.Multiply(divided, (byte)alpha));
            }
    }

    [Fact]
    public void A_colour_beyond_its_alpha_is_the_brightest_and_a_transparent_one_is_black()
    {
        Assert.Equal(255, AlphaMultiplication.Divide(200, 100));
        Assert.Equal(0, AlphaMultiplication.Divide(200, 0));
    }
}
