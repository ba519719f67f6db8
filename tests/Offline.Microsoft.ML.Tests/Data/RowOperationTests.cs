namespace Offline.Microsoft.ML.Tests.Data;

public class RowOperationTests
{
    private readonly MLContext _ml = new(1);

    public static TheoryData<string> Operations => ["take", "skip", "shuffle", "filter", "cache", "train", "test", "predicate", "map"];

    [Fact]
    public void Take_stops_after_the_last_row()
    {
        var view = new StreamView(null);
        var taken = _ml.Data.TakeRows(view, 100).ReadIds();
        Assert.Equal(Expected(Enumerable.Range(0, 100)), taken);
        Assert.Equal(100, view.Moves);
        Assert.Equal((1, 1), (view.Opened, view.Disposed));
    }

    [Fact]
    public void Skip_counts_its_rows_anew()
    {
        var view = new StreamView(10);
        Assert.Equal(Expected(Enumerable.Range(7, 3)), _ml.Data.SkipRows(view, 7).ReadIds());
        Assert.Empty(_ml.Data.SkipRows(view, 10).Ids());
        Assert.Empty(_ml.Data.SkipRows(view, 11).Ids());
    }

    [Theory]
    [InlineData(10L, 3, 7)]
    [InlineData(2L, 2, 0)]
    [InlineData(null, null, null)]
    public void Take_and_skip_know_the_number_of_rows_if_the_input_does(long? rows, int? taken, int? skipped)
    {
        var view = new StreamView(rows);
        Assert.Equal(taken, _ml.Data.TakeRows(view, 3).GetRowCount());
        Assert.Equal(skipped, _ml.Data.SkipRows(view, 3).GetRowCount());
    }

    [Fact]
    public void Take_of_skip_is_a_slice() =>
        Assert.Equal([4, 5, 6], _ml.Data.TakeRows(_ml.Data.SkipRows(new StreamView(null), 4), 3).Ids());

    [Fact]
    public void A_filter_keeps_the_lower_bound_and_drops_the_upper()
    {
        var view = new StreamView(20);
        var filtered = _ml.Data.FilterRowsByColumn(view, "Half", 2, 4);
        Assert.Equal(Expected([4, 5, 6, 7]), filtered.ReadIds());
        Assert.Equal(["Half,Id"], view.Asked);
        Assert.Null(filtered.GetRowCount());
        Assert.Equal(18, _ml.Data.FilterRowsByColumn(view, "Half", lowerBound: 1).Ids().Count);
    }

    [Fact]
    public void Filters_drop_what_is_no_number()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { 1, double.NaN, 2 }.Select(d => new AllTypes { Double = d }));
        Assert.Equal([1, 2], _ml.Data.FilterRowsByColumn(view, "Double").GetColumn<double>("Double"));
    }

    [Fact]
    public void The_column_of_a_filter_is_active_only_if_asked_for()
    {
        var filtered = _ml.Data.FilterRowsByColumn(new StreamView(20), "Half", 2, 4);
        using var cursor = filtered.Open("Id");
        Assert.False(cursor.IsColumnActive(filtered.Schema["Half"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<float>(filtered.Schema["Half"]));
    }

    [Fact]
    public void Filters_want_a_number_and_bounds_in_order()
    {
        var view = new StreamView(20);
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByColumn(view, "Label", 1));
        Assert.Equal("Schema mismatch for filter column 'Label': expected number, got String (Parameter 'columnName')", exception.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByColumn(view, "Id", 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByColumn(view, "Nope", 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByColumn(view, "Half", 1, 1));
        Assert.Equal(0, view.Opened);
    }

    [Fact]
    public void A_predicate_says_which_rows_to_drop()
    {
        var view = new StreamView(6);
        Assert.Equal(Expected([1, 3, 5]), _ml.Data.FilterByCustomPredicate<Number>(view, row => row.Id % 2 == 0).ReadIds());
    }

    [Fact]
    public void Counts_must_be_positive()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TakeRows(new StreamView(1), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.SkipRows(new StreamView(1), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.ShuffleRows(new StreamView(1), shufflePoolSize: 0));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Nothing_is_asked_before_a_cursor_is_opened_and_then_only_for_its_columns(string operation)
    {
        var view = new StreamView(50);
        var result = Apply(operation, view);
        Assert.Equal((0, 0), (view.Opened, view.Moves));
        Assert.Equal(result.Ids().Count, result.GetColumn<string>("Label").Count());
        var own = operation switch { "filter" => new[] { "Half" }, "predicate" => ["Id"], _ => [] };
        Assert.Equal(
            new[] { "Id", "Label" }.Select(c => string.Join(",", own.Append(c).Distinct().Order())),
            view.Asked);
        Assert.DoesNotContain("X", view.Getters);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Getters_of_inactive_columns_and_of_other_types_are_refused(string operation)
    {
        var view = Apply(operation, new StreamView(50));
        using var cursor = view.Open("Id", "X");
        Assert.Equal(
            ["Id", "X"],
            view.Schema.Where(c => cursor.IsColumnActive(c)).Select(c => c.Name));
        var inactive = Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<float>(view.Schema["Half"]));
        Assert.Equal("requested column not active (Parameter 'column')", inactive.Message);
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<long>(view.Schema["Id"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<VBuffer<double>>(view.Schema["X"]));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Rows_stay_whole(string operation)
    {
        var view = Apply(operation, new StreamView(2500));
        Assert.InRange(view.CheckRows(), 1, 2500);
        Assert.Equal("Id,X,Label,Half", string.Join(",", view.Schema.Take(4).Select(c => c.Name)));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void A_cursor_set_has_all_rows_once(string operation)
    {
        var view = Apply(operation, new StreamView(300));
        var ids = new List<int>();
        foreach (var cursor in view.GetRowCursorSet([view.Schema["Id"]], 4))
        {
            using (cursor)
            {
                var (getter, id) = (cursor.GetGetter<int>(view.Schema["Id"]), 0);
                while (cursor.MoveNext())
                {
                    getter(ref id);
                    ids.Add(id);
                }
            }
        }
        Assert.Equal(view.Ids().Order(), ids.Order());
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Cursors_can_be_moved_on_another_thread(string operation)
    {
        var view = Apply(operation, new StreamView(300));
        using var cursor = view.Open("Id");
        var (getter, ids) = (cursor.GetGetter<int>(view.Schema["Id"]), new List<int>());
        await Task.Run(() =>
        {
            for (var id = 0; cursor.MoveNext(); ids.Add(id))
                getter(ref id);
        });
        Assert.Equal(view.Ids(), ids);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void All_cursors_of_the_input_are_disposed_except_by_shuffling(string operation)
    {
        var input = new StreamView(50);
        var view = Apply(operation, input);
        Assert.NotEmpty(view.Ids());
        Assert.Equal(1, input.Opened);
        Assert.Equal(operation == "shuffle" ? 0 : 1, input.Disposed);
    }

    private IDataView Apply(string operation, StreamView view) => operation switch
    {
        "take" => _ml.Data.TakeRows(view, 2000),
        "skip" => _ml.Data.SkipRows(view, 7),
        "shuffle" => _ml.Data.ShuffleRows(view, seed: 1, shufflePoolSize: 30),
        "filter" => _ml.Data.FilterRowsByColumn(view, "Half", 5, 1000),
        "cache" => _ml.Data.Cache(view),
        "train" => _ml.Data.TrainTestSplit(view, 0.3, seed: 1).TrainSet,
        "test" => _ml.Data.TrainTestSplit(view, 0.3, seed: 1).TestSet,
        "predicate" => _ml.Data.FilterByCustomPredicate<Number>(view, row => row.Id % 3 == 0),
        _ => _ml.Transforms.CustomMapping<Number, Square>((row, square) => square.Value = row.Id * row.Id, null).Fit(view).Transform(view),
    };

    private static IEnumerable<(int Id, long Position, DataViewRowId RowId)> Expected(IEnumerable<int> ids) =>
        ids.Select((id, i) => (id, (long)i, StreamView.IdOf(id)));

    private sealed class Number
    {
        public int Id { get; set; }
    }

    private sealed class Square
    {
        public int Value { get; set; }
    }
}
