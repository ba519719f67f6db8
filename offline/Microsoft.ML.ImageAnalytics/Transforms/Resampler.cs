using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms.Image;

/// <summary>Draws images in other sizes: smaller ones average over areas, larger ones are bicubic.</summary>
/// <remarks>The package leaves this to Skia's filter of high quality; the values here are close to those, but not the same to the bit.</remarks>
internal static class Resampler
{
    /// <summary>An opaque black image of that size with the whole of another drawn into a rectangle of it.</summary>
    public static MLImage Draw(MLImage image, int width, int height, PixelRectangle rectangle)
    {
        var result = new byte[4 * width * height];
        for (var i = 3; i < result.Length; i += 4)
            result[i] = byte.MaxValue;

        var (left, right) = (Math.Max(rectangle.X, 0), Math.Min(rectangle.X + rectangle.Width, width));
        var (top, bottom) = (Math.Max(rectangle.Y, 0), Math.Min(rectangle.Y + rectangle.Height, height));
        if (left < right && top < bottom)
        {
            var columns = new ResamplingWeights(image.Width, rectangle.Width, left - rectangle.X, right - rectangle.X);
            var rows = new ResamplingWeights(image.Height, rectangle.Height, top - rectangle.Y, bottom - rectangle.Y);
            var row = new float[4 * image.Width];
            for (var y = 0; y < rows.Count; y++)
            {
                SumRows(image, rows.First(y), rows.Of(y), row);
                DrawRow(row, columns, ColorPlanes.RedOf(image.PixelFormat), result.AsSpan(4 * ((top + y) * width + left)));
            }
        }
        return new MLImage(width, height, MLPixelFormat.Bgra32, result);
    }

    private static void SumRows(MLImage image, int first, ReadOnlySpan<float> weights, Span<float> sum)
    {
        sum.Clear();
        for (var i = 0; i < weights.Length; i++)
        {
            var row = image.Pixels.Slice((first + i) * sum.Length, sum.Length);
            for (var x = 0; x < row.Length; x++)
                sum[x] += weights[i] * row[x];
        }
    }

    private static void DrawRow(ReadOnlySpan<float> row, ResamplingWeights columns, int red, Span<byte> target)
    {
        for (var x = 0; x < columns.Count; x++)
        {
            var (blueSum, greenSum, redSum, alphaSum) = (0f, 0f, 0f, 0f);
            var pixels = row[(4 * columns.First(x))..];
            foreach (var weight in columns.Of(x))
            {
                blueSum += weight * pixels[2 - red];
                greenSum += weight * pixels[1];
                redSum += weight * pixels[red];
                alphaSum += weight * pixels[3];
                pixels = pixels[4..];
            }
            // A bicubic filter overshoots. Colours are multiplied by alpha, so they end there; what is left of the black below adds nothing.
            var alpha = Math.Clamp(alphaSum, 0, byte.MaxValue);
            target[4 * x] = Round(blueSum, alpha);
            target[4 * x + 1] = Round(greenSum, alpha);
            target[4 * x + 2] = Round(redSum, alpha);
        }
    }

    private static byte Round(float value, float most) => (byte)(Math.Clamp(value, 0, most) + 0.5f);
}
