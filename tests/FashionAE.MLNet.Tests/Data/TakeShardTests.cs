using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Data;

public class TakeShardTests
{
    private readonly MLContext _ml = new(1);

    [Theory]
    [InlineData(10, 3)]
    [InlineData(12, 4)]
    [InlineData(2, 5)]
    [InlineData(1, 1)]
    [InlineData(0, 2)]
    public void All_shards_in_order_are_the_view_and_as_large_as_each_other(int rows, int count)
    {
        // The first view knows its number of rows, the second does not.
        var known = _ml.Data.LoadFromEnumerable(Images.Rows(rows));
        var unknown = _ml.Data.LoadFromEnumerable(Images.Rows(rows).Where(_ => true));
        foreach (var view in new[] { known, unknown })
        {
            var shards = Enumerable.Range(0, count).Select(i => _ml.Data.TakeShard(view, i, count).GetColumn<int>("Id").ToArray()).ToArray();
            Assert.Equal(Enumerable.Range(0, rows), shards.SelectMany(shard => shard));
            Assert.InRange(shards.Max(shard => shard.Length) - shards.Min(shard => shard.Length), 0, 1);
        }
    }

    [Fact]
    public void Codes_of_shards_are_those_of_the_view()
    {
        using var transformer = Models.Fit(_ml, Models.AllColumns(batchSize: 8));
        var view = Images.View(_ml, 60);
        float[] Codes(IDataView input) => [.. transformer.Transform(input).GetColumn<float[]>("Code").SelectMany(code => code)];
        Assert.Equal(Codes(view), Enumerable.Range(0, 4).SelectMany(i => Codes(_ml.Data.TakeShard(view, i, 4))), (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(3, 3)]
    [InlineData(0, 0)]
    public void A_shard_that_does_not_exist_is_refused(int index, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TakeShard(Images.View(_ml, 5), index, count));
}
