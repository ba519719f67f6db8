using FashionAE.Torch.Data;
using Microsoft.ML;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>Small images: a bright rectangle each, somewhere on black.</summary>
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
