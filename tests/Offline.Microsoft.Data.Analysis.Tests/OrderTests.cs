namespace Offline.Microsoft.Data.Analysis.Tests;

public class OrderTests
{
    [Theory]
    [InlineData("Weight", true, true, new[] { 3, 2, 5, 4, 1 })]
    [InlineData("Weight", false, true, new[] { 4, 5, 2, 3, 1 })]
    [InlineData("Weight", true, false, new[] { 1, 3, 2, 5, 4 })]
    [InlineData("Weight", false, false, new[] { 1, 4, 5, 2, 3 })]
    [InlineData("Count", true, true, new[] { 1, 2, 3, 4, 5 })]
    [InlineData("Count", false, true, new[] { 5, 4, 3, 2, 1 })]
    public void Rows_are_ordered_by_a_column_with_its_nulls_at_one_end(string column, bool ascending, bool nullsLast, int[] counts)
    {
        Assert.Equal(counts, Frames.Garments().OrderBy(column, ascending, nullsLast).Values<int>("Count").Cast<int>());
        if (!ascending)
            Assert.Equal(counts, Frames.Garments().OrderByDescending(column, nullsLast).Values<int>("Count").Cast<int>());
    }

    /// <summary>The package sorts up to 16 rows so; beyond that it promises no order of equal values.</summary>
    [Fact]
    public void Equal_values_stay_in_their_order()
    {
        Assert.Equal([1, 4, 3, 2, 5], Frames.Garments().OrderBy("Brand").Values<int>("Count").Cast<int>());
        Assert.Equal([2, 3, 4, 1, 5], Frames.Garments().OrderByDescending("Brand").Values<int>("Count").Cast<int>());
    }

    [Fact]
    public void A_long_column_is_sorted()
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 5000).Select(i => i % 10 == 0 ? (double?)null : random.NextDouble()).ToList();
        var frame = new DataFrame(new DoubleDataFrameColumn("x", values), new Int32DataFrameColumn("row", Enumerable.Range(0, 5000)));
        var sorted = frame.OrderBy("x");
        Assert.Equal(values.Where(x => x is not null).Order().Concat(values.Where(x => x is null)), sorted.Values<double>("x"));
        Assert.All(sorted.Values<int>("row").Zip(sorted.Values<double>("x")), pair => Assert.Equal(values[pair.First.Value], pair.Second));
        Assert.Equal(sorted.Values<double>("x"), frame.Columns.GetDoubleColumn("x").Sort());
        Assert.Equal(["y", "x", null], new StringDataFrameColumn("s", ["x", null, "y"]).Sort(ascending: false));
    }
}
