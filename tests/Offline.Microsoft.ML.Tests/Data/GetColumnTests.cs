namespace Offline.Microsoft.ML.Tests.Data;

public class GetColumnTests
{
    private readonly StreamView _view = new(4);

    [Fact]
    public void Values_texts_and_vectors_can_be_read()
    {
        Assert.Equal([0, 1, 2, 3], _view.GetColumn<int>("Id"));
        Assert.Equal([0, 0.5f, 1, 1.5f], _view.GetColumn<float>(_view.Schema["Half"]));
        Assert.Equal(["row 0", "row 1", "row 2", "row 3"], _view.GetColumn<string>("Label"));
        Assert.Equal("row 3", _view.GetColumn<ReadOnlyMemory<char>>("Label").Last().ToString());
        Assert.Equal(Enumerable.Range(0, 4).Select(i => StreamView.VectorOf(i)), _view.GetColumn<float[]>("X"));
        Assert.Equal(4, _view.GetColumn<VBuffer<float>>("X").Sum(v => v.Length) / StreamView.VectorSize);
        Assert.Equal(["Id", "Half", "Label", "Label", "X", "X"], _view.Asked);
        Assert.Equal(_view.Opened, _view.Disposed);
    }

    [Fact]
    public void Vectors_of_texts_are_arrays_of_strings()
    {
        var view = new MLContext(1).Data.LoadFromEnumerable([AllTypes.Make(1), AllTypes.Make(2)]);
        Assert.Equal([["a1", "b1"], ["a2", "b2"]], view.GetColumn<string[]>("Texts"));
    }

    [Fact]
    public void Other_types_are_refused_at_once()
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => _view.GetColumn<int>("Label"));
        Assert.Equal("Cannot map column (name: Label, type: String) in data to the user-defined type, System.Int32. (Parameter 'column')", exception.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => _view.GetColumn<double[]>("X"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _view.GetColumn<float[]>("Half"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _view.GetColumn<int>("Nope"));
        Assert.Equal(0, _view.Opened);
    }

    [Fact]
    public void A_column_of_another_view_is_refused()
    {
        var other = new MLContext(1).Data.LoadFromEnumerable(Array.Empty<AllTypes>());
        Assert.Throws<ArgumentOutOfRangeException>(() => _view.GetColumn<sbyte>(other.Schema[0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => _view.GetColumn<bool[]>(other.Schema["Bools"]));
    }

    [Fact]
    public void A_preview_holds_the_first_rows()
    {
        var preview = _view.Preview(3);
        Assert.Equal("4 columns, 3 rows", preview.ToString());
        Assert.Equal(3, _view.Moves);
        Assert.Same(_view.Schema, preview.Schema);
        Assert.Equal(["Id", "X", "Label", "Half"], preview.RowView[0].Values.Select(v => v.Key));
        Assert.Equal([0, 1, 2], preview.ColumnView[0].Values);
        Assert.Equal("Id: Int32", preview.ColumnView[0].ToString());
        Assert.Equal(StreamView.VectorOf(1), ((VBuffer<float>)preview.RowView[1].Values[1].Value).DenseValues());
        Assert.Equal((1, 1), (_view.Opened, _view.Disposed));
        Assert.Equal(4, _view.Preview().RowView.Length);
    }
}
