using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms.Image;

/// <summary>Resizes by taking, for each pixel, the one that its centre lies in.</summary>
internal static class NearestNeighbor
{
    public static MLImage Resize(MLImage image, int width, int height)
    {
        var result = new byte[4 * width * height];
        var source = MemoryMarshal.Cast<byte, uint>(image.Pixels);
        var target = MemoryMarshal.Cast<byte, uint>(result.AsSpan());
        var columns = Enumerable.Range(0, width).Select(x => Source(x, image.Width, width)).ToArray();
        for (var y = 0; y < height; y++)
        {
            var from = source.Slice(Source(y, image.Height, height) * image.Width, image.Width);
            var to = target.Slice(y * width, width);
            for (var x = 0; x < width; x++)
                to[x] = from[columns[x]];
        }
        return new MLImage(width, height, image.PixelFormat, result);
    }

    /// <summary>The source of a pixel. A centre on the border of two lies in the first, as Skia has it.</summary>
    private static int Source(int index, int sourceSize, int size) => (int)(((2L * index + 1) * sourceSize - 1) / (2L * size));
}
