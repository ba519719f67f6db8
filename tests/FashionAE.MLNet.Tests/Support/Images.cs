using FashionAE.Torch;
using Microsoft.ML;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>Small images, each with a bright rectangle on black.</summary>
internal static class Images
{
    public const int Side = 12;
    public const int Size = Side * Side;

    public static ImageShape Shape { get; } = new(1, Side, Side);

    public static ImageRow[] Rows(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(id => Row(id, random))];
    }

    public static IDataView View(MLContext ml, int count, int seed = 1) => ml.Data.LoadFromEnumerable(Rows(count, seed));

    /// <summary>A view whose cursors can shuffle: 500 garments of the sample.</summary>
    public static IDataView Garments(MLContext ml) => ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, Path.Combine(AppContext.BaseDirectory, "sample"));

    /// <summary>Images of two classes that any classifier can separate.</summary>
    public static HalfRow[] Halves(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var half = random.Next(2);
            return new HalfRow
            {
                Pixels = [.. Enumerable.Range(0, Size).Select(i => i / (Size / 2) == half ? 0.6f + 0.4f * random.NextSingle() : 0.2f * random.NextSingle())],
                Label = (uint)half,
            };
        })];
    }

    /// <summary>An evenly bright image, whose pixels need no clamping with any noise.</summary>
    public static ImageRow[] Gray(int count, float level = 0.5f) =>
        [.. Rows(count).Select(r => new ImageRow { Id = r.Id, Pixels = Enumerable.Repeat(level, Size).ToArray(), Noisy = r.Noisy, Name = r.Name, Extra = r.Extra })];

    private static ImageRow Row(int id, Random random)
    {
        var (top, left, height, width) = (random.Next(6), random.Next(6), random.Next(2, 7), random.Next(2, 7));
        var brightness = random.Next(100, 256) / 255f;
        var pixels = new float[Size];
        for (var y = top; y < top + height; y++)
            for (var x = left; x < left + width; x++)
                pixels[y * Side + x] = brightness;
        return new ImageRow
        {
            Id = id,
            Pixels = pixels,
            Noisy = Array.ConvertAll(pixels, p => Math.Clamp(p + (float)(random.NextDouble() - 0.5) * 0.4f, 0, 1)),
            Name = $"rectangle {id}",
            Extra = [id, random.NextDouble(), -id],
        };
    }
}
