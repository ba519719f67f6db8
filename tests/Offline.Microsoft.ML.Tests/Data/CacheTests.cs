namespace Offline.Microsoft.ML.Tests.Data;

public class CacheTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void A_column_is_read_when_it_is_first_asked_for_and_never_again()
    {
        var view = new StreamView(100);
        var cache = _ml.Data.Cache(view);
        Assert.Equal(Enumerable.Range(0, 100), cache.Ids());
        Assert.Equal(Enumerable.Range(0, 100), cache.Ids());
        Assert.Equal(["Id"], view.Asked);
        Assert.Equal(100, cache.CheckRows());
        Assert.Equal(100, cache.CheckRows());
        Assert.Equal(["Id", "Label,X"], view.Asked.Select(WithoutHalf));
        Assert.Equal((2, 2), (view.Opened, view.Disposed));

        static string WithoutHalf(string columns) => columns.Replace("Half,", "");
    }

    [Fact]
    public void Prefetched_columns_come_with_the_first_column()
    {
        var view = new StreamView(100);
        var cache = _ml.Data.Cache(view, "Label", "X");
        Assert.Equal(0, view.Opened);
        cache.Ids();
        Assert.Equal(100, cache.GetColumn<string>("Label").Count());
        Assert.Equal(["Id,Label,X"], view.Asked);
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.Cache(view, "Nope"));
        Assert.Equal("Could not find prefetch column 'Nope' (Parameter 'columnsToPrefetch')", exception.Message);
    }

    [Fact]
    public void Another_thread_reads()
    {
        var view = new StreamView(100);
        _ml.Data.Cache(view).Ids();
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, view.MovingThreads.Keys);
        Assert.Single(view.MovingThreads);
    }

    [Fact]
    public void Rows_are_there_before_the_last_is_read()
    {
        var view = new StreamView(300) { FailsAt = 200 };
        using var cursor = _ml.Data.Cache(view).Open("Id");
        for (var i = 0; i < 200; i++)
            Assert.True(cursor.MoveNext());
        Assert.Throws<InvalidOperationException>(() => cursor.MoveNext());
    }

    [Fact]
    public void A_failing_input_is_the_inner_exception_every_time()
    {
        var view = new StreamView(300) { FailsAt = 100 };
        var cache = _ml.Data.Cache(view);
        for (var i = 0; i < 2; i++)
        {
            var exception = Assert.Throws<InvalidOperationException>(() => cache.Ids());
            Assert.Equal("Event we were waiting on was subject to an exception", exception.Message);
            Assert.Equal("row 100", Assert.IsType<NotSupportedException>(exception.InnerException).Message);
        }
        Assert.Equal((1, 1), (view.Opened, view.Disposed));
    }

    [Fact]
    public void The_number_of_rows_is_known_at_the_latest_when_all_are_read()
    {
        Assert.Equal(7, _ml.Data.Cache(new StreamView(7)).GetRowCount());
        var cache = _ml.Data.Cache(new StreamView(7) { HidesRowCount = true });
        Assert.Null(cache.GetRowCount());
        cache.Ids();
        Assert.Equal(7, cache.GetRowCount());
    }

    [Fact]
    public void Rows_are_counted_without_any_column()
    {
        var view = new StreamView(70);
        var cache = _ml.Data.Cache(view);
        for (var i = 0; i < 2; i++)
        {
            using var cursor = cache.Open();
            var count = 0;
            while (cursor.MoveNext())
                count++;
            Assert.Equal(70, count);
        }
        Assert.Equal([""], view.Asked);
    }

    [Fact]
    public void Ids_are_those_of_the_places_in_any_order()
    {
        var cache = _ml.Data.Cache(new StreamView(50));
        Assert.True(cache.CanShuffle);
        var inOrder = Read(null);
        var shuffled = Read(new Random(4));
        Assert.Equal(Enumerable.Range(0, 50), inOrder.Select(r => r.Id));
        Assert.NotEqual(inOrder, shuffled);
        Assert.Equal(inOrder, shuffled.OrderBy(r => r.Id));
        Assert.Equal(50, inOrder.Select(r => r.RowId).Distinct().Count());

        List<(int Id, DataViewRowId RowId)> Read(Random random)
        {
            using var cursor = cache.GetRowCursor([cache.Schema["Id"]], random);
            var (getter, idGetter, id, rowId) = (cursor.GetGetter<int>(cache.Schema["Id"]), cursor.GetIdGetter(), 0, default(DataViewRowId));
            var rows = new List<(int, DataViewRowId)>();
            while (cursor.MoveNext())
            {
                getter(ref id);
                idGetter(ref rowId);
                rows.Add((id, rowId));
            }
            Assert.Equal(-1, cursor.Position);
            return rows;
        }
    }

    [Fact]
    public void Many_threads_read_one_cache()
    {
        var view = new StreamView(3000);
        var cache = _ml.Data.Cache(view);
        Parallel.For(0, 6, i =>
        {
            if (i % 2 == 0)
                Assert.Equal(3000, cache.CheckRows());
            else
                Assert.Equal(3000, cache.Ids().Count);
        });
        Assert.Equal(view.Opened, view.Disposed);
        Assert.Equal(4, string.Join(",", view.Asked).Split(',').Length);
    }

    [Fact]
    public void Values_are_copies()
    {
        var cache = _ml.Data.Cache(new StreamView(2));
        foreach (var vector in cache.GetColumn<VBuffer<float>>("X"))
        {
            var mine = vector;
            VBufferEditor.CreateFromBuffer(ref mine).Values.Clear();
        }
        Assert.Equal([StreamView.VectorOf(0), StreamView.VectorOf(1)], cache.GetColumn<float[]>("X"));
    }
}
