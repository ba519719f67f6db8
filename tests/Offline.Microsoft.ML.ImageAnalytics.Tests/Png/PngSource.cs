namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Png;

/// <summary>The samples of a PNG to build: pseudo-random ones, from which the bytes are made after the specification.</summary>
internal sealed class PngSource
{
    /// <summary>The pass of each pixel of an 8x8 square, as the specification draws it.</summary>
    private static readonly string[] Adam7 = ["16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777"];

    private readonly int[,,] _samples;

    public PngSource(int width, int height, int depth, int colorType, bool interlaced = false, Func<int, int, int, int> sample = null)
    {
        (Width, Height, Depth, ColorType, Interlaced) = (width, height, depth, colorType, interlaced);
        Channels = colorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        _samples = new int[height, width, Channels];
        var state = (uint)((width * 31) + (height * 17) + depth + colorType);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                for (var c = 0; c < Channels; c++)
                {
                    state = (state * 1664525) + 1013904223;
                    _samples[y, x, c] = sample?.Invoke(x, y, c) ?? (int)(state >> (32 - depth));
                }
    }

    public int Width { get; }

    public int Height { get; }

    public int Depth { get; }

    public int ColorType { get; }

    public bool Interlaced { get; }

    public int Channels { get; }

    public int this[int x, int y, int channel] => _samples[y, x, channel];

    /// <summary>The filtered bytes of all passes. The filters follow one another, so that each comes after each.</summary>
    public byte[] Serialize()
    {
        var bytes = new List<byte>();
        var filter = 0;
        for (var pass = '1'; pass <= (Interlaced ? '7' : '1'); pass++)
        {
            byte[] above = null;
            for (var y = 0; y < Height; y++)
            {
                var columns = Enumerable.Range(0, Width).Where(x => !Interlaced || Adam7[y % 8][x % 8] == pass).ToArray();
                if (columns.Length == 0)
                    continue;
                var row = Pack(columns, y);
                bytes.Add((byte)(filter % 5));
                bytes.AddRange(Filter(filter % 5, row, above ?? new byte[row.Length]));
                above = row;
                filter += 3;
            }
        }
        return [.. bytes];
    }

    private byte[] Pack(int[] columns, int y)
    {
        var samples = from x in columns from c in Enumerable.Range(0, Channels) select _samples[y, x, c];
        var bits = string.Concat(samples.Select(sample => Convert.ToString(sample, 2).PadLeft(Depth, '0')));
        return bits.Chunk(8).Select(bits => Convert.ToByte(new string(bits).PadRight(8, '0'), 2)).ToArray();
    }

    private IEnumerable<byte> Filter(int filter, byte[] row, byte[] above)
    {
        var distance = Math.Max(1, Channels * Depth / 8);
        for (var i = 0; i < row.Length; i++)
        {
            var (a, b, c) = i < distance ? (0, (int)above[i], 0) : (row[i - distance], above[i], above[i - distance]);
            var nearest = new[] { a, b, c }.MinBy(value => Math.Abs(a + b - c - value));
            yield return (byte)(row[i] - new[] { 0, a, b, (a + b) / 2, nearest }[filter]);
        }
    }
}
