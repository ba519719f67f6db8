namespace Offline.Microsoft.ML.Tests.Data;

public class CreateEnumerableTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void Only_the_columns_of_the_class_are_read()
    {
        var view = new StreamView(10);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => StreamView.LabelOf(i)), _ml.Data.CreateEnumerable<Labelled>(view, false).Select(r => r.Label));
        Assert.Equal(["Label"], view.Asked);
        Assert.Equal(["Label"], view.Getters);
        Assert.Equal((1, 1), (view.Opened, view.Disposed));
    }

    [Fact]
    public void Rows_are_read_as_they_are_taken()
    {
        var view = new StreamView(null);
        Assert.Equal(5, _ml.Data.CreateEnumerable<Vectors>(view, false).Take(5).Count());
        Assert.Equal(5, view.Moves);
        Assert.Equal((1, 1), (view.Opened, view.Disposed));
    }

    [Fact]
    public void One_object_is_used_again_only_if_asked()
    {
        var view = new StreamView(3);
        Assert.Single(_ml.Data.CreateEnumerable<Vectors>(view, true).Distinct());
        Assert.Single(_ml.Data.CreateEnumerable<Vectors>(view, true).Select(r => r.X).Distinct());
        var rows = _ml.Data.CreateEnumerable<Vectors>(view, false).ToList();
        Assert.Equal(3, rows.Distinct().Count());
        Assert.Equal([StreamView.VectorOf(0), StreamView.VectorOf(1), StreamView.VectorOf(2)], rows.Select(r => r.X));
    }

    [Fact]
    public void Missing_columns_are_an_error_at_once_unless_ignored()
    {
        var view = new StreamView(2);
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.CreateEnumerable<WithNope>(view, false));
        Assert.Equal("Could not find  column 'Nope' (Parameter 'Schema')", exception.Message);
        Assert.Equal(["left", "left"], _ml.Data.CreateEnumerable<WithNope>(view, false, ignoreMissingColumns: true).Select(r => r.Nope));
    }

    [Fact]
    public void A_member_of_another_type_is_an_error_at_once()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => _ml.Data.CreateEnumerable<WrongType>(new StreamView(2), false));
        Assert.Equal("Can't bind the IDataView column 'Label' of type 'String' to field or property 'Label' of type 'System.Int32'.", exception.Message);
        Assert.Throws<InvalidOperationException>(() => _ml.Data.CreateEnumerable<ScalarForVector>(new StreamView(2), false));
    }

    [Fact]
    public void A_definition_says_which_member_takes_which_column()
    {
        var definition = SchemaDefinition.Create(typeof(Labelled), SchemaDefinition.Direction.Write);
        definition["Label"].ColumnName = "Renamed";
        var view = _ml.Data.LoadFromEnumerable(new[] { new Labelled { Label = "a" } }, definition);
        Assert.Equal("a", _ml.Data.CreateEnumerable<Labelled>(view, false, schemaDefinition: definition).Single().Label);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.CreateEnumerable<Labelled>(view, false));
    }

    [Fact]
    public void Sparse_vectors_fill_arrays_of_any_length()
    {
        var vectors = new[] { new VBuffer<float>(3, 1, [5], [1]), new VBuffer<float>(2, [1, 2]), new VBuffer<float>(2, 0, [], []) };
        var view = _ml.Data.LoadFromEnumerable(vectors.Select(v => new Sparse { X = v }));
        Assert.Equal(
            ["0 5 0", "1 2", "0 0"],
            _ml.Data.CreateEnumerable<Vectors>(view, true).Select(r => string.Join(" ", r.X)));
        Assert.Equal([[0, 5, 0], [1, 2], [0, 0]], view.GetColumn<float[]>("X"));
    }

    [Fact]
    public void An_exception_of_the_view_arrives_unchanged()
    {
        var view = new StreamView(200) { FailsAt = 100 };
        Assert.Equal("row 100", Assert.Throws<NotSupportedException>(() => _ml.Data.CreateEnumerable<Labelled>(view, false).Count()).Message);
        Assert.Throws<NotSupportedException>(() => view.GetColumn<int>("Id").Count());
        Assert.Throws<NotSupportedException>(() => _ml.Data.SkipRows(view, 3).Ids());
        Assert.Throws<NotSupportedException>(() => _ml.Data.TrainTestSplit(view).TrainSet.Ids());
        Assert.Equal(view.Opened, view.Disposed);
    }

    private sealed class Labelled
    {
        public string Label { get; set; }
    }

    private sealed class Vectors
    {
        public float[] X { get; set; }
    }

    private sealed class Sparse
    {
        public VBuffer<float> X;
    }

    private sealed class WithNope
    {
        public string Label { get; set; }

        public string Nope { get; set; } = "left";
    }

    private sealed class WrongType
    {
        public int Label { get; set; }
    }

    private sealed class ScalarForVector
    {
        public float X { get; set; }
    }
}
