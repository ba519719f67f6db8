namespace Offline.Microsoft.ML.Tests.Data;

public class ShuffleTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void Every_row_comes_once_in_another_order_with_its_own_id()
    {
        var rows = _ml.Data.ShuffleRows(new StreamView(1000), seed: 5).ReadIds();
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (long)i), rows.Select(r => r.Position));
        Assert.All(rows, row => Assert.Equal(StreamView.IdOf(row.Id), row.RowId));
        Assert.Equal(Enumerable.Range(0, 1000), rows.Select(r => r.Id).Order());
        Assert.NotEqual(Enumerable.Range(0, 1000), rows.Select(r => r.Id));
    }

    [Fact]
    public void The_seed_fixes_the_order()
    {
        var view = new StreamView(200);
        var shuffled = _ml.Data.ShuffleRows(view, seed: 5);
        Assert.Equal(shuffled.Ids(), shuffled.Ids());
        Assert.Equal(shuffled.Ids(), _ml.Data.ShuffleRows(view, seed: 5).Ids());
        Assert.NotEqual(shuffled.Ids(), _ml.Data.ShuffleRows(view, seed: 6).Ids());
        Assert.Equal(_ml.Data.ShuffleRows(view).Ids(), new MLContext(1).Data.ShuffleRows(view).Ids());
        Assert.NotEqual(_ml.Data.ShuffleRows(view).Ids(), new MLContext(2).Data.ShuffleRows(view).Ids());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100)]
    public void A_row_comes_at_most_a_pool_early(int poolSize)
    {
        var ids = _ml.Data.ShuffleRows(new StreamView(500), 3, poolSize).Ids();
        Assert.All(ids.Select((id, i) => id - i), early => Assert.True(early < poolSize));
        Assert.Equal(Enumerable.Range(0, 500), ids.Order());
    }

    [Fact]
    public void Only_a_few_rows_more_than_the_pool_are_read_ahead()
    {
        var view = new StreamView(null);
        using var cursor = _ml.Data.ShuffleRows(view, 3, 200).Open("Id");
        for (var i = 0; i < 50; i++)
            Assert.True(cursor.MoveNext());
        Assert.InRange(view.Moves, 249, 249 + 200);
    }

    [Fact]
    public void All_rows_are_equally_likely_to_come_first()
    {
        var view = new StreamView(4);
        var first = Enumerable.Range(0, 400).CountBy(seed => _ml.Data.ShuffleRows(view, seed).Ids()[0]);
        Assert.Equal(4, first.Count());
        Assert.All(first, f => Assert.InRange(f.Value, 60, 140));
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void The_source_shuffles_too_if_it_can_and_may(bool canShuffle, bool shuffleSource, bool expected)
    {
        var view = new StreamView(20) { CanShuffle = canShuffle };
        var shuffled = _ml.Data.ShuffleRows(view, shuffleSource: shuffleSource);
        Assert.True(shuffled.CanShuffle);
        Assert.Equal(20, shuffled.GetRowCount());
        shuffled.Ids();
        Assert.Equal(expected, view.LastRandom is not null);
    }

    [Fact]
    public void The_caller_can_give_the_randomness()
    {
        var shuffled = _ml.Data.ShuffleRows(new StreamView(50), 3);
        Assert.Equal(Read(7), Read(7));
        Assert.NotEqual(Read(7), Read(8));

        List<int> Read(int seed)
        {
            using var cursor = shuffled.GetRowCursor([shuffled.Schema["Id"]], new Random(seed));
            var (getter, id, ids) = (cursor.GetGetter<int>(shuffled.Schema["Id"]), 0, new List<int>());
            for (; cursor.MoveNext(); ids.Add(id))
                getter(ref id);
            return ids;
        }
    }

    [Fact]
    public void A_failing_input_is_the_inner_exception()
    {
        var shuffled = _ml.Data.ShuffleRows(new StreamView(200) { FailsAt = 100 }, 3, 20);
        var exception = Assert.Throws<InvalidOperationException>(() => shuffled.Ids());
        Assert.Equal("Shuffle input cursor reader failed with an exception", exception.Message);
        Assert.Equal("row 100", Assert.IsType<NotSupportedException>(exception.InnerException).Message);
    }

    [Fact]
    public void A_cursor_that_is_left_alone_reads_no_further()
    {
        var view = new StreamView(null);
        var cursor = _ml.Data.ShuffleRows(view, 3, 10).Open("X");
        Assert.True(cursor.MoveNext());
        cursor.Dispose();
        Assert.False(cursor.MoveNext());
        Assert.InRange(view.Moves, 10, 30);
        Assert.Equal(0, view.Disposed);
    }
}
