namespace Offline.Microsoft.Data.Analysis.Tests;

public class StatisticsTests
{
    private static readonly float?[] Weights = [0.5f, null, 1.25f, 4, 8, -3.5f];

    [Fact]
    public void Statistics_leave_nulls_out()
    {
        var column = new SingleDataFrameColumn("w", Weights);
        Assert.Equal((8f, -3.5f, 10.25f), ((float)column.Max(), (float)column.Min(), (float)column.Sum()));
        Assert.Equal(10.25 / 5, column.Mean(), 6);
        Assert.Equal(1.25, column.Median());
        Assert.Equal((0.5 + 1.25) / 2, new SingleDataFrameColumn("w", [1.25f, 4, null, 0.5f, -3.5f]).Median());
        Assert.Equal(1.75f, column.Sum([0, 1, 2]));
        Assert.Equal(4f, column.Max([3, 1]));
        Assert.Equal(1.25f, column.Min([4, 2, 1]));
    }

    [Fact]
    public void Random_columns_agree_with_sums_in_double_precision()
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 1000).Select(i => i % 7 == 0 ? (float?)null : random.NextSingle()).ToList();
        var column = new SingleDataFrameColumn("x", values);
        var exact = values.Where(x => x is not null).Select(x => (double)x).Order().ToList();
        Assert.Equal(exact.Sum(), (float)column.Sum(), 1e-3);
        Assert.Equal(exact.Average(), column.Mean(), 1e-6);
        Assert.Equal(exact.Max(), (float)column.Max());
        Assert.Equal(exact.Min(), (float)column.Min());
        Assert.Equal(exact.Count % 2 == 1 ? exact[exact.Count / 2] : (exact[exact.Count / 2 - 1] + exact[exact.Count / 2]) / 2, column.Median());
    }

    [Fact]
    public void A_sum_has_the_type_of_its_column_and_wraps_around()
    {
        Assert.Equal((byte)((200 + 100) % 256), new ByteDataFrameColumn("c", [200, 100]).Sum());
        Assert.Equal(300L, new Int64DataFrameColumn("c", [200, 100]).Sum());
    }

    [Fact]
    public void No_values_have_no_maximum()
    {
        var empty = new Int32DataFrameColumn("c", 2);
        Assert.Null(empty.Max());
        Assert.Null(empty.Min());
        Assert.Equal(0, empty.Sum());
        Assert.Equal(double.NaN, empty.Mean());
        Assert.Equal((0, 0), (new Int32DataFrameColumn("c").Mean(), new Int32DataFrameColumn("c").Median()));
    }

    [Fact]
    public void Dates_have_a_maximum_and_text_has_none()
    {
        var column = new DateTimeDataFrameColumn("d", [new(2020, 1, 1), null, new(2021, 1, 1)]);
        Assert.Equal(new DateTime(2021, 1, 1), column.Max());
        Assert.Equal(new DateTime(2020, 1, 1), column.Min());
        Assert.Throws<NotSupportedException>(() => column.Sum());
        Assert.Throws<NotSupportedException>(() => new BooleanDataFrameColumn("b", [true]).Max());
        Assert.Contains("'s'", Assert.Throws<NotImplementedException>(() => new StringDataFrameColumn("s", ["x"]).Sum()).Message, StringComparison.Ordinal);
    }

    /// <summary>The mean of a description counts rows without a value as zero, the mean of a column leaves them out.</summary>
    [Fact]
    public void A_description_is_of_numbers_and_dates()
    {
        var frame = new DataFrame(
            new SingleDataFrameColumn("w", Weights), new StringDataFrameColumn("s", 6), new BooleanDataFrameColumn("b", 6), new DateTimeDataFrameColumn("d", 6));
        var description = frame.Description();
        Assert.Equal(["Description", "w", "d"], description.Names());
        Assert.Equal(["Length (excluding null values)", "Max", "Min", "Mean"], description.Texts("Description"));
        Assert.Equal([5, 8, -3.5f, (float)(10.25 / 6)], description.Values<float>("w").Cast<float>());
        Assert.Equal([0f, null, null, null], description.Values<float>("d"));
        Assert.Empty(new DataFrame(new StringDataFrameColumn("s", 6)).Description().Columns);
    }

    [Fact]
    public void Info_tells_types_and_counts()
    {
        var info = Frames.Garments().Info();
        Assert.Equal(["Info", "Brand", "Weight", "Count", "Sold"], info.Names());
        Assert.Equal(["DataType", "Length (excluding null values)"], info.Texts("Info"));
        Assert.Equal(["System.Single", "4"], info.Texts("Weight"));
    }
}
