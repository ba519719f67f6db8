namespace Offline.Microsoft.Data.Analysis.Tests;

public class GroupTests
{
    [Fact]
    public void The_key_comes_first_and_groups_in_the_order_of_their_first_row()
    {
        var counts = Frames.Garments().GroupBy("Brand").Count();
        Assert.Equal(["Brand", "Weight", "Count", "Sold"], counts.Names());
        Assert.Equal(["b", "a"], counts.Texts("Brand"));
        Assert.Equal([2L, 1L], counts.Values<long>("Weight").Cast<long>());
        Assert.Equal([2L, 2L], counts.Values<long>("Sold").Cast<long>());
        Assert.Equal(["Count", "Weight"], Frames.Garments().GroupBy("Count").Sum("Weight").Names());
    }

    [Fact]
    public void Groups_have_a_first_row_a_head_and_a_tail()
    {
        var groups = Frames.Garments().GroupBy("Brand");
        Assert.Equal([0.5f, null], groups.First().Values<float>("Weight"));
        Assert.Equal(["b", "a"], groups.Head(1).Texts("Brand"));
        Assert.Equal([3, 2, 1, 4], groups.Head(5).Values<int>("Count").Cast<int>());
        Assert.Equal([2, 4], groups.Tail(1).Values<int>("Count").Cast<int>());
        Assert.Equal(["Brand", "Weight", "Count", "Sold"], groups.Tail(1).Names());
    }

    [Fact]
    public void Sums_and_means_agree_with_sums_in_double_precision()
    {
        var random = new Random(2);
        var rows = Enumerable.Range(0, 500).Select(_ => (Key: random.Next(7), Single: random.NextSingle(), Number: random.Next(100))).ToList();
        var groups = new DataFrame(
            new Int32DataFrameColumn("Number", rows.Select(row => row.Number)),
            new Int32DataFrameColumn("Key", rows.Select(row => row.Key)),
            new SingleDataFrameColumn("Single", rows.Select(row => row.Single))).GroupBy<int>("Key");
        var expected = rows.GroupBy(row => row.Key).ToList();
        var (sums, means, most, least) = (groups.Sum(), groups.Mean("Number", "Single"), groups.Max("Single"), groups.Min("Number"));
        Assert.Equal(["Key", "Number", "Single"], sums.Names());
        Assert.Equal(["Key", "Number", "Single"], means.Names());
        Assert.Equal(typeof(double), means["Number"].DataType);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Key, sums[i, 0]);
            Assert.Equal(expected[i].Sum(row => row.Number), sums[i, 1]);
            Assert.Equal(expected[i].Sum(row => (double)row.Single), (float)sums[i, 2], 1e-3);
            Assert.Equal(expected[i].Average(row => row.Number), means[i, 1]);
            Assert.Equal(expected[i].Average(row => (double)row.Single), (double)means[i, 2], 1e-5);
            Assert.Equal(expected[i].Max(row => row.Single), most[i, 1]);
            Assert.Equal(expected[i].Min(row => row.Number), least[i, 1]);
        }
        Assert.Equal(expected.Count, sums.Rows.Count);
    }

    /// <summary>So does the package: the mean of a group divides by its rows, not by its values.</summary>
    [Fact]
    public void A_mean_counts_rows_without_a_value()
    {
        var frame = Frames.Garments();
        Assert.Equal([(0.5 + 1.25) / 2, 8.0 / 2], frame.GroupBy("Brand").Mean("Weight").Values<double>("Weight").Cast<double>());
        Assert.Equal([1.25f, 8], frame.GroupBy("Brand").Max("Weight").Values<float>("Weight").Cast<float>());
    }

    [Fact]
    public void Groupings_are_rows_by_key()
    {
        var groupings = Frames.Garments().GroupBy<string>("Brand").Groupings.ToList();
        Assert.Equal(["b", "a"], groupings.Select(group => group.Key));
        Assert.Equal([3, 2], groupings[0].Select(row => (int)row["Count"]));
        Assert.Equal([1, 4], groupings[1].Select(row => (int)row["Count"]));
    }

    [Fact]
    public void Wrong_keys_and_columns_are_refused()
    {
        var frame = Frames.Garments();
        Assert.Contains("'Brand'", Assert.Throws<InvalidCastException>(() => frame.GroupBy<int>("Brand")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => frame.GroupBy("Count").Sum("Size"));
        Assert.Throws<NotImplementedException>(() => frame.GroupBy("Count").Sum("Brand"));
        Assert.Throws<ArgumentException>(() => new GroupBy<int>(frame, 4, new Dictionary<int, ICollection<long>>()));
    }
}
