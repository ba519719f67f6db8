namespace Offline.Microsoft.Data.Analysis.Tests;

public class DataViewTests
{
    [Fact]
    public void Every_type_of_column_is_one_of_a_view_and_back()
    {
        var columns = ColumnTests.EveryType.Select(row => (DataFrameColumn)row[0]).ToList();
        foreach (var column in columns)
            column.SetName(column.DataType.Name);
        IDataView view = new DataFrame(columns);
        Assert.Equal(
            ["Boolean", "Byte", "SByte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Single", "Double", "DateTime", "String"],
            view.Schema.Select(column => column.Type.ToString()));
        Assert.Equal((3L, false), (view.GetRowCount(), view.CanShuffle));
        var back = view.ToDataFrame();
        Assert.Equal(columns.Select(column => column.GetType()), back.Columns.Select(column => column.GetType()));
        Assert.All(columns.Zip(back.Columns), pair => Assert.Equal([pair.First[0], pair.First[2]], [pair.Second[0], pair.Second[2]]));
        Assert.All(back.Columns, column => Assert.Equal(0, column.NullCount));
    }

    [Fact]
    public void Nulls_are_missing_values_where_the_type_has_them()
    {
        IDataView view = new DataFrame(
            new SingleDataFrameColumn("s", 1), new DoubleDataFrameColumn("d", 1), new Int32DataFrameColumn("i", 1), new BooleanDataFrameColumn("b", 1),
            new StringDataFrameColumn("t", 1), new DateTimeDataFrameColumn("e", 1));
        Assert.Equal([float.NaN], view.Read<float>("s"));
        Assert.Equal([double.NaN], view.Read<double>("d"));
        Assert.Equal([0], view.Read<int>("i"));
        Assert.Equal([false], view.Read<bool>("b"));
        Assert.Equal([""], view.Read<ReadOnlyMemory<char>>("t").Select(text => text.ToString()));
        Assert.Equal([default], view.Read<DateTime>("e"));
    }

    [Fact]
    public void Vectors_have_no_fixed_size_in_a_view()
    {
        IDataView view = new DataFrame(
            new VBufferDataFrameColumn<float>("v", [new(2, [1, 2]), new(3, 1, [5], [1])]),
            new VBufferDataFrameColumn<ReadOnlyMemory<char>>("t", [new(1, ["x".AsMemory()]), default]));
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single), view.Schema["v"].Type);
        Assert.False(((VectorDataViewType)view.Schema["v"].Type).IsKnownSize);
        Assert.Equal(new VectorDataViewType(TextDataViewType.Instance), view.Schema["t"].Type);
        var vectors = view.Read<VBuffer<float>>("v");
        Assert.Equal([1f, 2], vectors[0].DenseValues());
        Assert.Equal([0f, 5, 0], vectors[1].DenseValues());
        Assert.Equal(["x"], view.ToDataFrame("t").Columns[0].Cast<VBuffer<ReadOnlyMemory<char>>>().First().DenseValues().Select(text => text.ToString()));
    }

    [Fact]
    public void Who_reads_a_vector_may_write_into_it()
    {
        var frame = new DataFrame(new VBufferDataFrameColumn<float>("v", [new(2, [1, 2])]));
        var vector = ((IDataView)frame).Read<VBuffer<float>>("v")[0];
        VBufferEditor.CreateFromBuffer(ref vector).Values.Fill(9);
        Assert.Equal([1f, 2], ((VBuffer<float>)frame[0, 0]).DenseValues());
    }

    [Fact]
    public void Two_cursors_of_some_columns_do_not_disturb_each_other()
    {
        IDataView view = Frames.Garments();
        var (count, weight) = (view.Schema["Count"], view.Schema["Weight"]);
        using var first = view.GetRowCursor([count]);
        using var second = Assert.Single(view.GetRowCursorSet([count, weight], 4, new Random(1)));
        var (ofFirst, ofSecond, ids) = (first.GetGetter<int>(count), second.GetGetter<int>(count), second.GetIdGetter());
        Assert.True(first.IsColumnActive(count));
        Assert.False(first.IsColumnActive(weight));
        Assert.Throws<ArgumentOutOfRangeException>(() => first.GetGetter<float>(weight));
        Assert.Throws<InvalidOperationException>(() => first.GetGetter<float>(count));
        Assert.Equal((-1, 0), (first.Position, first.Batch));
        var (a, b, id) = (0, 0, default(DataViewRowId));
        Assert.True(first.MoveNext() && first.MoveNext() && second.MoveNext());
        ofFirst(ref a);
        ofSecond(ref b);
        ids(ref id);
        Assert.Equal((1, 3, 1, 0, new DataViewRowId(0, 0)), (a, b, first.Position, second.Position, id));
        while (second.MoveNext())
            ids(ref id);
        Assert.Equal((new DataViewRowId(4, 0), -1), (id, second.Position));
        Assert.False(second.MoveNext());
        Assert.Equal(1, first.Position);
    }

    [Fact]
    public void The_schema_follows_the_columns()
    {
        var frame = Frames.Garments();
        IDataView view = frame;
        Assert.Same(view.Schema, view.Schema);
        frame["Count"].SetName("Number");
        frame.Columns.Remove("Sold");
        Assert.Equal(["Brand", "Weight", "Number"], view.Schema.Select(column => column.Name));
        Assert.Throws<NotSupportedException>(() => ((IDataView)new DataFrame(new PrimitiveDataFrameColumn<Guid>("g", 1))).Schema);
    }
}
