using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet;

/// <summary>
/// Resizes pictures with four bytes per pixel. Along an axis that shrinks, it averages the area that each new pixel covers. Along an axis
/// that grows, it interpolates linearly between pixel centers. All positions are exact fractions, so no row or column is lost by rounding.
/// </summary>
internal sealed class PictureResizing
{
    public const int Channels = 4;

    private readonly Axis _columns;
    private readonly Axis _rows;

    /// <summary>Fits a picture into a rectangle.</summary>
    public PictureResizing(int sourceWidth, int sourceHeight, int width, int height, ImageResizingEstimator.ResizingKind kind)
    {
        var (wide, tall) = ((long)sourceWidth * height, (long)sourceHeight * width);
        switch (kind)
        {
            case ImageResizingEstimator.ResizingKind.IsoPad when wide > tall:
                height = RoundedQuotient(tall, sourceWidth);
                break;
            case ImageResizingEstimator.ResizingKind.IsoPad:
                width = RoundedQuotient(wide, sourceHeight);
                break;
            case ImageResizingEstimator.ResizingKind.IsoCrop when wide > tall:
                _columns = new Axis(sourceWidth, tall, height, width);
                break;
            case ImageResizingEstimator.ResizingKind.IsoCrop:
                _rows = new Axis(sourceHeight, wide, width, height);
                break;
        }
        _columns ??= new Axis(sourceWidth, sourceWidth, 1, width);
        _rows ??= new Axis(sourceHeight, sourceHeight, 1, height);
    }

    /// <summary>Gets the width of the result. With IsoPad it can be smaller than that of the rectangle.</summary>
    public int Width => _columns.First.Length;

    /// <summary>Gets the height of the result. With IsoPad it can be smaller than that of the rectangle.</summary>
    public int Height => _rows.First.Length;

    /// <summary>Resizes a picture whose rows have no gaps between them, and rounds the values to the nearest byte.</summary>
    public byte[] Apply(ReadOnlySpan<byte> pixels, int sourceWidth)
    {
        var (length, stride) = (Width * Channels, sourceWidth * Channels);
        var result = new byte[Height * length];
        // A picture that already has the right size, such as an exported image, is copied unchanged.
        if (_columns.IsIdentity && _rows.IsIdentity)
        {
            pixels.CopyTo(result);
            return result;
        }
        // Neighboring rows of the result share one row of the picture, or two if it grows. Each is summed only once.
        var (rows, inCache, sums) = (new[] { new double[length], new double[length] }, new[] { -1, -1 }, new double[length]);
        var total = (double)_columns.Total * _rows.Total;
        for (var y = 0; y < Height; y++)
        {
            Array.Clear(sums);
            for (var source = _rows.First[y]; source <= _rows.Last[y]; source++)
            {
                var row = rows[source % 2];
                if (inCache[source % 2] != source)
                    SumRow(pixels.Slice(source * stride, stride), row);
                inCache[source % 2] = source;
                var weight = (double)_rows.Weight(y, source);
                for (var i = 0; i < length; i++)
                    sums[i] += weight * row[i];
            }
            for (var i = 0; i < length; i++)
                result[y * length + i] = (byte)Math.Floor(sums[i] / total + 0.5);
        }
        return result;
    }

    private static int RoundedQuotient(long numerator, int denominator) =>
        (int)Math.Max(1, (2 * numerator + denominator) / (2L * denominator));

    private void SumRow(ReadOnlySpan<byte> pixels, double[] sums)
    {
        for (var x = 0; x < Width; x++)
        {
            var (first, last) = (_columns.First[x], _columns.Last[x]);
            var (blue, green, red, alpha) = (0L, 0L, 0L, 0L);
            var between = pixels[((first + 1) * Channels)..(Math.Max(first + 1, last) * Channels)];
            for (var i = 0; i < between.Length; i += Channels)
            {
                blue += between[i];
                green += between[i + 1];
                red += between[i + 2];
                alpha += between[i + 3];
            }
            sums[x * Channels] = Sum(blue, 0, pixels);
            sums[x * Channels + 1] = Sum(green, 1, pixels);
            sums[x * Channels + 2] = Sum(red, 2, pixels);
            sums[x * Channels + 3] = Sum(alpha, 3, pixels);

            double Sum(long between, int channel, ReadOnlySpan<byte> pixels)
            {
                var sum = _columns.Pixel * between + _columns.AtFirst[x] * pixels[first * Channels + channel];
                return last == first ? sum : sum + _columns.AtLast[x] * pixels[last * Channels + channel];
            }
        }
    }

    /// <summary>Maps the positions along one axis of the result to the pixels that contribute to them, with their weights.</summary>
    private sealed class Axis
    {
        /// <summary>Divides the middle part of a picture's side into equal lengths.</summary>
        /// <param name="size">The length of the side in pixels.</param>
        /// <param name="numerator">The numerator of the part's length.</param>
        /// <param name="denominator">The denominator of the part's length.</param>
        /// <param name="count">The number of positions.</param>
        public Axis(int size, long numerator, long denominator, int count)
        {
            // The unit of length is so small that a pixel, the start of the part and the length of a position are all multiples of it.
            var (pixel, start, length) = (2 * denominator * count, (size * denominator - numerator) * count, 2 * numerator);
            var divisor = GreatestDivisor(GreatestDivisor(pixel, start), length);
            (pixel, start, length) = (pixel / divisor, start / divisor, length / divisor);
            var averages = length >= pixel;
            IsIdentity = start == 0 && length == pixel && count == size;
            (Pixel, Total) = (pixel, averages ? length : 2 * pixel);
            (First, Last, AtFirst, AtLast) = (new int[count], new int[count], new long[count], new long[count]);
            for (var i = 0; i < count; i++)
            {
                var (from, to) = (start + i * length, start + (i + 1) * length);
                if (averages)
                {
                    (First[i], Last[i]) = ((int)(from / pixel), (int)((to - 1) / pixel));
                    AtFirst[i] = Math.Min(to, (First[i] + 1) * pixel) - from;
                    AtLast[i] = to - Last[i] * pixel;
                    continue;
                }
                // Twice the distance of the position's center from the center of the first pixel. Beyond the outer centers, the value is
                // constant.
                var behind = Math.Clamp(from + to - pixel, 0, 2 * pixel * (size - 1L));
                First[i] = (int)(behind / (2 * pixel));
                Last[i] = Math.Min(First[i] + 1, size - 1);
                AtLast[i] = behind % (2 * pixel);
                AtFirst[i] = Total - AtLast[i];
            }
        }

        /// <summary>Gets a value indicating whether the positions are exactly the pixels of the picture.</summary>
        public bool IsIdentity { get; }

        public int[] First { get; }

        public int[] Last { get; }

        public long[] AtFirst { get; }

        public long[] AtLast { get; }

        /// <summary>Gets the weight of each pixel between the first and the last.</summary>
        public long Pixel { get; }

        /// <summary>Gets the sum of the weights of a position.</summary>
        public long Total { get; }

        public long Weight(int place, int pixel) => pixel switch
        {
            _ when pixel == First[place] => AtFirst[place],
            _ when pixel == Last[place] => AtLast[place],
            _ => Pixel,
        };

        private static long GreatestDivisor(long a, long b) => b == 0 ? a : GreatestDivisor(b, a % b);
    }
}
