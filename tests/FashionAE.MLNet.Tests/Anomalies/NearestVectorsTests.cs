namespace FashionAE.MLNet.Tests.Anomalies;

public class NearestVectorsTests
{
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 3, 7, 3)]
    [InlineData(16, 8, 4096, 5)]
    [InlineData(5, 9, 101, 20)]
    [InlineData(64, 4, 50, 50)]
    public void They_are_those_of_a_search_through_all_in_double_precision(int size, int rows, int length, int count)
    {
        var random = new Random(size);
        float[] Draw(int many) => [.. Enumerable.Range(0, many).Select(_ => random.NextSingle() * 4 - 2)];
        var (codes, sample) = (Draw(rows * size), Draw(length * size));
        sample[0] = sample[(length - 1) / 2]; // values that are equal
        var found = NearestVectors.In(sample, size).Find(codes, count);
        for (var row = 0; row < rows; row++)
        {
            var all = Enumerable.Range(0, length)
                .Select(r => Enumerable.Range(0, size).Sum(i => Math.Pow((double)sample[r * size + i] - codes[row * size + i], 2))).ToArray();
            var nearest = found[(row * count)..(row * count + count)];
            Assert.All(all.Order().Zip(nearest), pair => Assert.Equal(pair.First, pair.Second.Distance, 1e-6 + 1e-5 * pair.First));
            Assert.All(nearest, one => Assert.Equal(all[one.Place], one.Distance, 1e-6 + 1e-5 * one.Distance));
            Assert.Equal(count, nearest.DistinctBy(one => one.Place).Count());
        }
    }

    [Fact]
    public void A_code_has_the_same_neighbors_in_every_batch()
    {
        var random = new Random(1);
        var (codes, sample) = (new float[30 * 6], new float[200 * 6]);
        foreach (var values in new[] { codes, sample })
            for (var i = 0; i < values.Length; i++)
                values[i] = random.NextSingle();
        var together = NearestVectors.In(sample, 6).Find(codes, 3);
        for (var row = 0; row < 30; row++)
            Assert.Equal(together[(row * 3)..(row * 3 + 3)], NearestVectors.In(sample, 6).Find(codes.AsSpan(row * 6, 6), 3));
    }
}
