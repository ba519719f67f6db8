using System.Drawing;

namespace FashionAE.Cli;

/// <summary>Finds regions of marked pixels.</summary>
internal static class MarkedRegion
{
    /// <summary>Finds the box of the largest region of pixels that touch at a side or corner. The first of equal regions wins.</summary>
    /// <param name="mask">The mask, row by row: true for a marked pixel.</param>
    /// <param name="width">The number of pixels in a row.</param>
    /// <returns>The box; null if no pixel is marked.</returns>
    public static Rectangle? Largest(ReadOnlySpan<bool> mask, int width)
    {
        var (left, most, height) = (mask.ToArray(), 0, mask.Length / width);
        Rectangle? largest = null;
        var open = new Stack<int>();
        for (var start = 0; start < left.Length; start++)
        {
            var (count, box) = (0, Rectangle.Empty);
            Take(start);
            while (open.TryPop(out var pixel))
            {
                var (x, y) = (pixel % width, pixel / width);
                box = count++ == 0 ? new Rectangle(x, y, 1, 1) : Rectangle.Union(box, new Rectangle(x, y, 1, 1));
                for (var row = Math.Max(y - 1, 0); row <= Math.Min(y + 1, height - 1); row++)
                    for (var column = Math.Max(x - 1, 0); column <= Math.Min(x + 1, width - 1); column++)
                        Take(row * width + column);
            }
            if (count > most)
                (most, largest) = (count, box);
        }
        return largest;

        void Take(int pixel)
        {
            if (!left[pixel])
                return;
            left[pixel] = false;
            open.Push(pixel);
        }
    }

    /// <summary>Scales a box to another size of the picture. The result covers all pixels that the box touches.</summary>
    public static Rectangle Scale(Rectangle box, Size from, Size to)
    {
        static int Down(int place, int from, int to) => (int)((long)place * to / from);
        static int Up(int place, int from, int to) => (int)(((long)place * to + from - 1) / from);
        return Rectangle.FromLTRB(
            Down(box.Left, from.Width, to.Width), Down(box.Top, from.Height, to.Height),
            Up(box.Right, from.Width, to.Width), Up(box.Bottom, from.Height, to.Height));
    }
}
