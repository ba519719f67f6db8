using Microsoft.ML.Transforms;

namespace Offline.Microsoft.ML.Tests.Data;

public class CustomMappingTests
{
    private readonly MLContext _ml = new(1);
    private readonly StreamView _view = new(5);
    private int _calls;

    [Fact]
    public void Columns_are_added_and_computed_once_for_a_row()
    {
        var view = Map(_view);
        Assert.Equal(
            ["Id: Int32", "X: Vector<Single, 4>", "Label: String", "Half: Single", "Sum: Single", "Label: Vector<String>"],
            view.Schema.Select(c => $"{c.Name}: {c.Type}"));
        var rows = _ml.Data.CreateEnumerable<Result>(view, false).ToList();
        Assert.Equal(Enumerable.Range(0, 5).Select(i => StreamView.VectorOf(i).Sum()), rows.Select(r => r.Sum));
        Assert.Equal(["row", "3"], rows[3].Label);
        Assert.Equal(5, _calls);
    }

    [Fact]
    public void The_function_is_not_called_for_other_columns()
    {
        var view = Map(_view);
        Assert.Equal(Enumerable.Range(0, 5), view.Ids());
        Assert.Equal(0, _calls);
        Assert.Equal(["Id"], _view.Asked);
        Assert.Equal(5, view.GetColumn<float>("Sum").Count());
        Assert.Equal(["Id", "Label,X"], _view.Asked);
        Assert.Equal(5, view.GetRowCount());
        Assert.Equal(_view.Opened, _view.Disposed);
    }

    [Fact]
    public void Rows_keep_their_positions_and_ids()
    {
        var rows = Map(_view).ReadIds();
        Assert.Equal(Enumerable.Range(0, 5).Select(i => (i, (long)i, StreamView.IdOf(i))), rows);
    }

    [Fact]
    public void Both_objects_are_used_again_and_may_be_changed()
    {
        var sums = _ml.Transforms.CustomMapping<Source, Total>((source, total) => total.Sum += source.X[0], null).Fit(_view).Transform(_view);
        Assert.Equal([0f, 1, 3, 6, 10], sums.GetColumn<float>("Sum"));
    }

    [Fact]
    public void A_missing_column_is_an_error_of_fit()
    {
        var estimator = _ml.Transforms.CustomMapping<WithNope, Total>((_, _) => { }, null);
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(_view));
        Assert.Equal("Could not find  column 'Nope' (Parameter 'Schema')", exception.Message);
        Assert.Equal(0, _view.Opened);
    }

    [Fact]
    public void A_mapping_without_a_contract_cannot_be_saved() =>
        Assert.Throws<InvalidOperationException>(() => ((ICanSaveModel)Estimator().Fit(_view)).Save(null));

    [Fact]
    public void Shapes_are_checked_and_extended()
    {
        var shape = Estimator().GetOutputSchema(ShapeOf<SizedSource>());
        Assert.Equal(["X", "Label", "Sum"], shape.Select(c => c.Name));
        Assert.Equal(SchemaShape.Column.VectorKind.Vector, shape[0].Kind);
        Assert.Equal(SchemaShape.Column.VectorKind.VariableVector, shape[1].Kind);

        var missing = Assert.Throws<ArgumentOutOfRangeException>(() => Estimator().GetOutputSchema(ShapeOf<Total>()));
        Assert.Equal("Could not find input column 'X' (Parameter 'inputSchema')", missing.Message);
        var wrong = Assert.Throws<ArgumentOutOfRangeException>(() =>
            _ml.Transforms.CustomMapping<ScalarX, Total>((_, _) => { }, null).GetOutputSchema(ShapeOf<SizedSource>()));
        Assert.Equal("Schema mismatch for input column 'X': expected Single, got Vector<Single> (Parameter 'inputSchema')", wrong.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            _ml.Transforms.CustomMapping<SizedSource, Total>((_, _) => { }, null).GetOutputSchema(ShapeOf<Source>()));
    }

    /// <summary>A shape with the columns of a class, as an estimator makes it.</summary>
    private SchemaShape ShapeOf<TColumns>()
        where TColumns : class, new() =>
        _ml.Transforms.CustomMapping<Nothing, TColumns>((_, _) => { }, null).GetOutputSchema(new SchemaShape([]));

    private CustomMappingEstimator<Source, Result> Estimator() =>
        _ml.Transforms.CustomMapping<Source, Result>(
            (source, result) =>
            {
                _calls++;
                (result.Sum, result.Label) = (source.X.Sum(), source.Label.Split(' '));
            },
            null);

    private IDataView Map(IDataView view) => Estimator().Fit(view).Transform(view);

    private sealed class Source
    {
        public float[] X { get; set; }

        public string Label { get; set; }
    }

    private sealed class SizedSource
    {
        [VectorType(4)]
        public float[] X { get; set; }

        public string Label { get; set; }
    }

    private sealed class Result
    {
        public float Sum { get; set; }

        public string[] Label { get; set; }
    }

    private sealed class Total
    {
        public float Sum { get; set; }
    }

    private sealed class WithNope
    {
        public float Nope { get; set; }
    }

    private sealed class ScalarX
    {
        public float X { get; set; }
    }

    private sealed class Nothing
    {
    }
}
