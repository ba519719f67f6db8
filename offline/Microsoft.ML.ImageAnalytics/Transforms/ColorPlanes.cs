using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms.Image;

/// <summary>Where the colours are in a pixel's four bytes.</summary>
internal static class ColorPlanes
{
    /// <summary>The index of red. That of blue is 2 minus it; those of green and alpha are always 1 and 3.</summary>
    public static int RedOf(MLPixelFormat format) => format switch
    {
        MLPixelFormat.Bgra32 => 2,
        MLPixelFormat.Rgba32 => 0,
        _ => throw new InvalidOperationException($"The pixel format {format} is not supported."),
    };

    public static int IndexOf(ImagePixelExtractingEstimator.ColorBits color, MLPixelFormat format) => color switch
    {
        ImagePixelExtractingEstimator.ColorBits.Red => RedOf(format),
        ImagePixelExtractingEstimator.ColorBits.Green => 1,
        ImagePixelExtractingEstimator.ColorBits.Blue => 2 - RedOf(format),
        _ => 3,
    };
}
