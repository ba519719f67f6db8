using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>A row with two images of two channels and odd sizes.</summary>
public sealed class PairRow
{
    [VectorType(2, 13, 11)]
    public float[] Seen { get; set; } = [];

    [VectorType(2, 13, 11)]
    public float[] Wanted { get; set; } = [];

    public static PairRow[] Rows(int count)
    {
        var random = new Random(5);
        float[] Image() => [.. Enumerable.Range(0, 2 * 13 * 11).Select(_ => random.NextSingle())];
        return [.. Enumerable.Range(0, count).Select(_ => new PairRow { Seen = Image(), Wanted = Image() })];
    }
}
