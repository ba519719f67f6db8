using System.Globalization;

namespace Offline.Microsoft.Data.Analysis.Tests;

public class FrameTests
{
    [Fact]
    public void A_frame_is_indexed_by_column_and_by_row()
    {
        var frame = Frames.Garments();
        Assert.Equal((5, 4), (frame.Rows.Count, frame.Columns.Count));
        Assert.Equal(["Brand", "Weight", "Count", "Sold"], frame.Names());
        Assert.Same(frame.Columns[1], frame["Weight"]);
        Assert.Equal(1.25f, frame[2, 1]);
        Assert.Equal("b", frame.Rows[2]["Brand"]);
        Assert.Equal(["b", 1.25f, 2, true], frame.Rows[2]);
        Assert.Equal(["Brand", "Weight", "Count", "Sold"], frame.Rows[2].GetValues().Select(pair => pair.Key));
        frame.Rows[2]["Count"] = 9;
        frame.Rows[1][1] = 3f;
        frame[0, 0] = null;
        Assert.Equal([3, 1, 9, 5, 4], frame.Values<int>("Count").Cast<int>());
        Assert.Equal((0, 2), (frame["Weight"].NullCount, frame["Brand"].NullCount));
        Assert.Equal("null 0.5 3 True ", frame.Rows[0].ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => frame.Rows[5]);
    }

    [Fact]
    public void Rows_are_filtered()
    {
        var frame = Frames.Garments();
        Assert.Equal([3, 2, 4], frame.Filter(frame.Columns.GetBooleanColumn("Sold")).Values<int>("Count").Cast<int>());
        Assert.Equal([3, 5, 4], frame[frame["Count"].ElementwiseGreaterThan(2)].Values<int>("Count").Cast<int>());
        Assert.Equal([4, 3], frame.Filter(new Int32DataFrameColumn("rows", [4, 0])).Values<int>("Count").Cast<int>());
        Assert.Equal([4, 3], frame.Filter(new Int64DataFrameColumn("rows", [4, 0])).Values<int>("Count").Cast<int>());
        Assert.Equal([1], frame[new[] { false, true }].Values<int>("Count").Cast<int>());
        Assert.Equal([5, 5], frame[new[] { 3, 3 }].Values<int>("Count").Cast<int>());
        Assert.Equal([5], frame[new[] { 3L }].Values<int>("Count").Cast<int>());
        Assert.Equal([3, 1], frame.Head(2).Values<int>("Count").Cast<int>());
        Assert.Equal([5, 4], frame.Tail(2).Values<int>("Count").Cast<int>());
        Assert.Equal(0, frame.Head(0).Rows.Count);
        Assert.Equal(frame.Names(), frame.Head(0).Names());
        Assert.Throws<ArgumentOutOfRangeException>(() => frame.Head(6));
        Assert.Throws<ArgumentOutOfRangeException>(() => frame.Tail(6));
        Assert.All(frame.Columns.Zip(frame.Tail(2).Columns), pair => Assert.IsType(pair.First.GetType(), pair.Second));
    }

    [Fact]
    public void A_clone_is_another_frame()
    {
        var frame = Frames.Garments();
        var clone = frame.Clone();
        clone[0, 2] = 100;
        Assert.Equal((3, 100), (frame[0, 2], clone[0, 2]));
    }

    [Fact]
    public void Rows_without_values_are_dropped_or_filled()
    {
        var frame = Frames.Garments();
        Assert.Equal([3, 2, 4], frame.DropNulls().Values<int>("Count").Cast<int>());
        Assert.Equal(5, frame.DropNulls(DropNullOptions.All).Rows.Count);
        Assert.Equal([0.5f, 2, 1.25f, 4, 8], new DataFrame(frame["Weight"], frame["Count"]).FillNulls(2).Values<float>("Weight").Cast<float>());
        Assert.Equal(1, frame["Weight"].NullCount);
        Assert.Throws<ArgumentException>(() => frame.FillNulls(2));
    }

    [Fact]
    public void Rows_are_appended_with_conversion()
    {
        var frame = Frames.Garments();
        var longer = frame.Append(["c", "2.5", 7.0, "True"], cultureInfo: CultureInfo.InvariantCulture);
        Assert.Equal((5, 6), (frame.Rows.Count, longer.Rows.Count));
        Assert.Equal(["c", 2.5f, 7, true], longer.Rows[5]);
        frame.Append(["null", "", "NULL"], inPlace: true);
        Assert.Equal([null, null, null, null], frame.Rows[5]);
        frame.Append([KeyValuePair.Create("Count", (object)8), KeyValuePair.Create("Brand", (object)"")], inPlace: true);
        Assert.Equal(["", null, 8, null], frame.Rows[6]);
        frame.Append(frame.Rows.Take(2), inPlace: true);
        Assert.Equal(["a", null, 1, false], frame.Rows[8]);

        Assert.Contains("'Weight'", Assert.Throws<FormatException>(() => frame.Append(["a", "heavy"])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => frame.Append(["a", 1f, 1, true, 5]));
        var missing = Assert.Throws<ArgumentException>(() => frame.Append([KeyValuePair.Create("Size", (object)8)]));
        Assert.Contains("'Size'", missing.Message, StringComparison.Ordinal);
        Assert.Equal(9, frame.Rows.Count);
        Assert.All(frame.Columns, column => Assert.Equal(9, column.Length));
    }

    [Fact]
    public void Columns_are_added_replaced_renamed_and_removed()
    {
        var frame = Frames.Garments();
        frame.Columns.Add(new Int32DataFrameColumn("Year", [1, 2, 3, 4, 5]));
        frame["Year"] = new DoubleDataFrameColumn("renamed on the way", [5, 4, 3, 2, 1]);
        frame["Extra"] = new Int32DataFrameColumn("Extra", 5);
        frame.Columns.Insert(0, [1L, 2, 3, 4, 5], "Id");
        frame.Columns.Remove("Brand");
        frame.Columns.Remove("no such column");
        frame.Columns.RenameColumn("Sold", "Gone");
        frame["Count"].SetName("Number");
        Assert.Equal(["Id", "Weight", "Number", "Gone", "Year", "Extra"], frame.Names());
        Assert.Equal((4, -1), (frame.Columns.IndexOf("Year"), frame.Columns.IndexOf("Count")));
        Assert.Equal(5.0, frame[0, 4]);
        frame.Columns.Clear();
        Assert.Equal(0, frame.Rows.Count);
        frame.Columns.Add(new Int32DataFrameColumn("other length", 2));
        Assert.Equal(2, frame.Rows.Count);
    }

    [Fact]
    public void Lengths_and_names_must_fit()
    {
        var frame = Frames.Garments();
        var length = Assert.Throws<ArgumentException>(() => frame.Columns.Add(new Int32DataFrameColumn("Size", 4)));
        Assert.Contains("'Size' has 4 rows, the frame has 5", length.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new DataFrame(new Int32DataFrameColumn("a", 0), new Int32DataFrameColumn("b", 1)));
        var name = Assert.Throws<ArgumentException>(() => frame.Columns.Add(new Int32DataFrameColumn("Count", 5)));
        Assert.Contains("'Count'", name.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => frame.Columns.Add(frame["Count"]));
        Assert.Throws<ArgumentException>(() => frame["Count"].SetName("Sold"));
        Assert.Throws<ArgumentException>(() => frame.Columns[0] = new Int32DataFrameColumn("Sold", 5));
        Assert.Throws<ArgumentNullException>(() => frame.Columns.Add(null));
        var missing = Assert.Throws<ArgumentException>(() => frame["Size"]);
        Assert.Contains("'Size'; the columns are: Brand, Weight, Count, Sold", missing.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => frame.OrderBy("Size"));
        Assert.Throws<ArgumentException>(() => frame.GroupBy("Size"));
        var type = Assert.Throws<ArgumentException>(() => frame.Columns.GetInt32Column("Weight"));
        Assert.Contains("SingleDataFrameColumn", type.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => frame.Columns.GetPrimitiveColumn<int>("Brand"));
        Assert.Equal(["Brand", "Weight", "Count", "Sold"], frame.Names());
    }

    [Fact]
    public void A_frame_is_shown_as_a_table()
    {
        var frame = new DataFrame(new StringDataFrameColumn("A long name", ["x", null]), new SingleDataFrameColumn("n", [0.5f, 2]));
        string[] expected = ["A long name n           ", "x           0.5         ", "null        2           ", ""];
        Assert.Equal(expected, frame.ToString().Split(Environment.NewLine));
        Assert.Equal([.. expected[..2], "Showing 1 of 2 rows", ""], frame.ToString(1).Split(Environment.NewLine));
    }
}
