using System.Runtime.CompilerServices;

namespace Offline.Microsoft.ML.Tests.Transforms;

/// <summary>Views with columns of their own read their input on several threads.</summary>
public class MergedCursorTests
{
    private const int Rows = 333;
    private const string Worker = "Splitter/consolidator worker encountered exception while consuming source data";

    private readonly TransformsCatalog _transforms = new MLContext(1).Transforms;

    [Theory]
    [InlineData(1, 2, 5)]
    [InlineData(1, 7, 5)]
    [InlineData(2, 2, 5)]
    [InlineData(2, 7, 1)]
    [InlineData(3, 7, 40)]
    [InlineData(7, 7, 64)]
    [InlineData(7, 7, 1)]
    [InlineData(2, 2, 1000)]
    public void All_rows_come_in_order_with_their_ids(int cursorsOfInput, int n, int rowsOfBatch)
    {
        var view = View(new Table(Rows) { MostCursors = cursorsOfInput, RowsOfBatch = rowsOfBatch });
        using var cursor = new MergedCursor(view.GetRowCursorSet(view.Schema, n), view.Schema);
        var (id, y, text) = (cursor.GetIdGetter(), cursor.GetGetter<VBuffer<float>>(view.Schema["Y"]), cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["T"]));
        var (rowId, vector, rowText) = (default(DataViewRowId), default(VBuffer<float>), default(ReadOnlyMemory<char>));
        var row = 0;
        for (; cursor.MoveNext(); row++)
        {
            id(ref rowId);
            y(ref vector);
            text(ref rowText);
            Assert.Equal((row, Table.IdOf(row), $"{row}"), (cursor.Position, rowId, rowText.ToString()));
            Assert.Equal([row, 1f], vector.DenseValues());
        }
        Assert.Equal(Rows, row);
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void A_vector_that_the_reader_keeps_does_not_change()
    {
        var view = View(new Table(Rows) { MostCursors = 2 });
        Assert.Equal(Enumerable.Range(0, Rows).Select(row => (float)row), view.Vectors("Y").Select(vector => vector[0]));
    }

    [Fact]
    public void A_set_is_asked_for_where_a_column_of_the_mapper_is_wanted_and_only_there()
    {
        var data = new Table(Rows);
        var view = View(data);
        view.Column<ReadOnlyMemory<char>>("T");
        Assert.Empty(data.Sets);
        view.Vectors("Y");
        Assert.Equal([Math.Max(2, Environment.ProcessorCount - 1)], data.Sets);
        // The first reading was on this thread, the second on another.
        Assert.Equal(2, data.MovingThreads.Count);
    }

    [Fact]
    public void Mappers_on_top_of_each_other_ask_for_one_set()
    {
        var data = new Table(Rows) { MostCursors = 2 };
        var below = View(data);
        var view = _transforms.CopyColumns("Z", "Y").Fit(below).Transform(below);
        Assert.Equal(Rows, view.Vectors("Z").Length);
        Assert.Single(data.Sets);
        Assert.Equal(0, data.Open);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_exception_of_the_source_arrives_inside_another_after_the_rows_before_it(int cursors)
    {
        var data = new Table(Rows) { MostCursors = cursors, FailsAt = 100, RowsOfBatch = 7 };
        var view = View(data);
        var count = 0;
        Exception error;
        using (var cursor = view.GetRowCursor([view.Schema["Y"]]))
        {
            error = Assert.Throws<InvalidOperationException>(() =>
            {
                while (cursor.MoveNext())
                    count++;
            });
            Assert.Throws<InvalidOperationException>(() => cursor.MoveNext());
        }
        Assert.Equal(Worker, error.Message);
        // Where one cursor is split and merged again, there are two such messages.
        while (error.InnerException is { } inner)
            error = inner;
        Assert.Equal("row 100", Assert.IsType<NotSupportedException>(error).Message);
        Assert.Equal(0, data.Open);
        Assert.InRange(count, 0, 100);
    }

    [Fact]
    public void An_empty_set_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => View(new Table(Rows) { HasNoSets = true }).Vectors("Y"));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Ids_are_always_asked_for_and_where_they_are_refused_no_cursor_stays_open(int cursors)
    {
        var data = new Table(Rows) { MostCursors = cursors, HasNoIds = true };
        Assert.Throws<NotSupportedException>(() => View(data).Vectors("Y"));
        Assert.Equal(0, data.Open);
        Assert.NotEqual(0, data.Opened);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 3)]
    [InlineData(2, 0)]
    [InlineData(2, 3)]
    public void Disposed_early_it_ends_its_threads_and_disposes_its_inputs(int cursors, int moves)
    {
        var data = new Table(1_000_000) { MostCursors = cursors };
        var view = View(data);
        using (var cursor = view.GetRowCursor([view.Schema["Y"]]))
        {
            for (var i = 0; i < moves; i++)
                Assert.True(cursor.MoveNext());
            Assert.NotEqual(0, data.Open);
        }
        Assert.Equal(0, data.Open);
        // It had read ahead, but not far.
        Assert.InRange(data.Moves, 0, 2_000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Forgotten_before_the_last_row_it_ends_its_threads_too(int cursors)
    {
        var data = new Table(1_000_000) { MostCursors = cursors };
        Forget(View(data));
        // A finalizer has the threads end, and they dispose the cursors.
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return data.Open == 0;
            },
            TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void After_the_last_row_it_stays_at_the_end_and_is_disposed_as_often_as_one_likes()
    {
        var data = new Table(Rows) { MostCursors = 2 };
        var view = View(data);
        var cursor = view.GetRowCursor([view.Schema["Y"]]);
        while (cursor.MoveNext())
        {
        }
        Assert.Equal(-1, cursor.Position);
        Assert.False(cursor.MoveNext());
        cursor.Dispose();
        cursor.Dispose();
        Assert.Equal(0, data.Open);
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void A_cursor_that_was_disposed_before_the_first_row_has_none()
    {
        var view = View(new Table(Rows));
        var cursor = view.GetRowCursor([view.Schema["Y"]]);
        cursor.Dispose();
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void Nothing_is_read_before_the_first_row_is_asked_for()
    {
        var data = new Table(Rows);
        var view = View(data);
        using var cursor = view.GetRowCursor([view.Schema["Y"]]);
        Assert.Equal(0, data.Moves);
    }

    [Fact]
    public void The_cursors_of_a_set_share_the_rows_of_one_and_need_not_be_moved_at_once()
    {
        var data = new Table(Rows);
        var view = View(data);
        var cursors = view.GetRowCursorSet([view.Schema["Y"], view.Schema["T"]], 3);
        Assert.Equal(3, cursors.Length);
        Assert.True(cursors[2].MoveNext());
        var (batches, seen) = (new HashSet<long> { cursors[2].Batch }, 1);
        foreach (var cursor in cursors)
        {
            while (cursor.MoveNext())
            {
                batches.Add(cursor.Batch);
                seen++;
            }
        }
        Assert.Equal(Rows, seen);
        Assert.Equal(Enumerable.Range(0, batches.Count).Select(batch => (long)batch), batches.Order());
        foreach (var cursor in cursors)
            cursor.Dispose();
        Assert.Equal(0, data.Open);
    }

    [Fact]
    public void A_view_without_columns_of_its_own_leaves_the_set_as_it_is()
    {
        var data = new Table(Rows) { MostCursors = 2 };
        data.AddText("T", row => $"{row}");
        var view = _transforms.SelectColumns("T").Fit(data).Transform(data);
        Assert.Equal(Rows, view.Texts("T").Length);
        Assert.Empty(data.Sets);
        var cursors = view.GetRowCursorSet(view.Schema, 5);
        Assert.Equal(2, cursors.Length);
        foreach (var cursor in cursors)
            cursor.Dispose();
    }

    // Not inlined, so that no local of the caller keeps the cursor alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(IDataView view) => Assert.True(view.GetRowCursor([view.Schema["Y"]]).MoveNext());

    private IDataView View(Table data)
    {
        data.AddFloat("X", row => row).AddText("T", row => $"{row}");
        data.AddFloat("One", _ => 1);
        return _transforms.Concatenate("Y", "X", "One").Fit(data).Transform(data);
    }
}
