namespace Offline.Microsoft.ML.Tests.Transforms;

public class RowMapperTests
{
    private readonly TransformsCatalog _transforms = new MLContext(1).Transforms;

    [Fact]
    public void Columns_that_nobody_asks_for_are_not_read()
    {
        var data = new Table(3).AddFloat("X", row => row).AddFloat("Z", row => row);
        var view = _transforms.CopyColumns("Y", "X").Fit(data).Transform(data);
        Assert.Equal(0, data.Opened);
        view.Column<float>("Z");
        Assert.Equal(["Z"], data.Reads.Keys);
        view.Column<float>("Y");
        Assert.Equal((3, 3), (data.Reads["X"], data.Reads["Z"]));
    }

    [Fact]
    public void Position_batch_and_ids_are_those_of_the_input()
    {
        var data = new Table(20).AddFloat("X", row => row);
        var view = _transforms.CopyColumns("Y", "X").Fit(data).Transform(data);
        using var cursor = view.GetRowCursorSet([view.Schema["Y"]], 1).Single();
        var getId = cursor.GetIdGetter();
        for (var row = 0; cursor.MoveNext(); row++)
        {
            DataViewRowId id = default;
            getId(ref id);
            Assert.Equal((row, row / 5, Table.IdOf(row)), (cursor.Position, cursor.Batch, id));
        }
        Assert.Equal(20, view.GetRowCount());
    }

    [Fact]
    public void Only_what_is_asked_for_is_active()
    {
        var data = new Table(1).AddFloat("X", row => row).AddFloat("Z", row => row);
        var view = _transforms.CopyColumns("Y", "X").Fit(data).Transform(data);
        using var row = view.GetRowCursorSet([view.Schema["Y"]], 1).Single();
        Assert.Equal([false, false, true], view.Schema.Select(row.IsColumnActive));
        foreach (var name in (string[])["X", "Z"])
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => row.GetGetter<float>(view.Schema[name]));
            Assert.Equal("requested column not active (Parameter 'column')", error.Message);
        }
        Assert.Throws<InvalidOperationException>(() => row.GetGetter<double>(view.Schema["Y"]));
        Assert.Throws<InvalidOperationException>(() => view.GetRowCursor([SchemaOf(9)[8]]));
    }

    [Fact]
    public void The_cursor_of_several_threads_has_the_same_columns_active()
    {
        var data = new Table(10).AddFloat("X", row => row);
        var view = _transforms.NormalizeMinMax("Y", "X").Fit(data).Transform(data);
        using var cursor = view.GetRowCursor([view.Schema["Y"]]);
        Assert.Equal([false, true], view.Schema.Select(cursor.IsColumnActive));
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<float>(view.Schema["X"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<int>(view.Schema["Y"]));
        Assert.Same(view.Schema, cursor.Schema);
    }

    [Fact]
    public void The_mapper_of_rows_is_bound_to_the_schema_it_is_given()
    {
        var data = Golden.Data();
        ITransformer transformer = _transforms.NormalizeMinMax("F", "Features").Fit(data);
        var mapper = transformer.GetRowToRowMapper(data.Schema);
        Assert.Same(data.Schema, mapper.InputSchema);
        Assert.Equal(transformer.GetOutputSchema(data.Schema).Describe(), mapper.OutputSchema.Describe());
        using var other = Golden.Data().GetRowCursor([]);
        Assert.Throws<ArgumentException>(() => mapper.GetRow(other, []));
    }

    [Fact]
    public void A_mapper_depends_on_what_it_makes_its_columns_of()
    {
        var schema = SchemaOf(4);
        ITransformer transformer = new TransformerChain<ITransformer>(
            _transforms.Concatenate("F", "c0", "c2").Fit(new Empty(schema)), new MLContext(1).Transforms.CopyColumns("G", "F").Fit(new Empty(SchemaOf(4, "F"))));
        var mapper = transformer.GetRowToRowMapper(schema);
        Assert.Same(schema, mapper.InputSchema);
        Assert.Equal(["c0", "c2"], mapper.GetDependencies([mapper.OutputSchema["G"]]).Select(column => column.Name));
        Assert.Equal(["c0", "c2", "c3"], mapper.GetDependencies([mapper.OutputSchema["F"], mapper.OutputSchema["c3"]]).Select(column => column.Name));
        Assert.Empty(mapper.GetDependencies([]));
    }

    [Fact]
    public void A_row_is_mapped_when_it_is_read_and_disposes_its_input()
    {
        var data = new Table(3).AddFloat("A", row => row).AddFloat("B", row => 10 * row);
        ITransformer model = _transforms.Concatenate("F", "A", "B").Append(_transforms.NormalizeMinMax("F"))
            .Append(_transforms.SelectColumns("F")).Fit(data);
        var mapper = model.GetRowToRowMapper(data.Schema);
        var input = data.GetRowCursor(mapper.GetDependencies(mapper.OutputSchema));
        using (var row = mapper.GetRow(input, mapper.OutputSchema))
        {
            Assert.Equal(1, data.Open);
            var getter = row.GetGetter<VBuffer<float>>(mapper.OutputSchema["F"]);
            VBuffer<float> value = default;
            for (var i = 0; input.MoveNext(); i++)
            {
                getter(ref value);
                Assert.Equal([i / 2f, i / 2f], value.DenseValues());
                Assert.Equal(i, row.Position);
            }
        }
        Assert.Equal(0, data.Open);
    }

    private static DataViewSchema SchemaOf(int columns, string last = null)
    {
        var builder = new DataViewSchema.Builder();
        for (var i = 0; i < columns; i++)
            builder.AddColumn($"c{i}", NumberDataViewType.Single);
        if (last is not null)
            builder.AddColumn(last, new VectorDataViewType(NumberDataViewType.Single, 2));
        return builder.ToSchema();
    }

    private sealed class Empty(DataViewSchema schema) : IDataView
    {
        public bool CanShuffle => false;

        public DataViewSchema Schema => schema;

        public long? GetRowCount() => 0;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) => throw new NotSupportedException();

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
            throw new NotSupportedException();
    }
}
