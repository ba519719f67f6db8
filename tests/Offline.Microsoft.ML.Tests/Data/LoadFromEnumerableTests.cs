using System.Collections;
using System.Text.Json;

namespace Offline.Microsoft.ML.Tests.Data;

public class LoadFromEnumerableTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void The_recorded_rows_have_the_recorded_schema()
    {
        var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "mlnet.json"))).RootElement;
        var rows = golden.GetProperty("rows").EnumerateArray().Select(row => new Row
        {
            Features = row.GetProperty("features").Deserialize<float[]>(),
            LabelText = row.GetProperty("label").GetString(),
        }).ToList();
        var view = _ml.Data.LoadFromEnumerable(rows);
        var recorded = golden.GetProperty("pca_rank2_schema").EnumerateArray().Take(2)
            .Select(c => c.GetProperty("name").GetString() + ": " + c.GetProperty("type").GetString());
        Assert.Equal(recorded, view.Schema.Select(c => c.ToString()));
        Assert.Equal(rows.Select(r => r.LabelText), view.GetColumn<string>("LabelText"));
        Assert.Equal(rows.Select(r => r.Features), view.GetColumn<float[]>("Features"));

        var split = _ml.Data.TrainTestSplit(view, 0.2, seed: 3);
        var counts = golden.GetProperty("train_test_split_counts").Deserialize<int[]>();
        var test = split.TestSet.GetColumn<string>("LabelText").Count();
        Assert.Equal(counts.Sum(), test + split.TrainSet.GetColumn<string>("LabelText").Count());
        Assert.InRange(test, 30, 90);
    }

    [Fact]
    public void Rows_are_counted_where_that_costs_nothing_and_keep_their_order()
    {
        var rows = Enumerable.Range(0, 5).Select(i => new Number { Value = i });
        Assert.Null(_ml.Data.LoadFromEnumerable(rows).GetRowCount());
        var view = _ml.Data.LoadFromEnumerable(rows.ToList());
        Assert.Equal(5, view.GetRowCount());
        Assert.False(view.CanShuffle);
        using var cursor = view.GetRowCursor(view.Schema, new Random(1));
        var getter = cursor.GetGetter<int>(view.Schema[0]);
        for (var (i, value) = (0, 0); cursor.MoveNext(); i++)
        {
            getter(ref value);
            Assert.Equal(i, value);
        }
    }

    [Fact]
    public void Positions_begin_and_end_at_minus_one_and_ids_are_those_of_the_rows()
    {
        var view = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 3).Select(i => new Number { Value = i }));
        var (first, second) = (Read(), Read());
        Assert.Equal(first, second);
        Assert.Equal([0, 1, 2], first.Select(r => r.Position));
        Assert.Equal(3, first.Select(r => r.Id).Distinct().Count());

        List<(long Position, DataViewRowId Id)> Read()
        {
            using var cursor = view.Open();
            var (getter, id, rows) = (cursor.GetIdGetter(), default(DataViewRowId), new List<(long, DataViewRowId)>());
            Assert.Equal(-1, cursor.Position);
            while (cursor.MoveNext())
            {
                getter(ref id);
                rows.Add((cursor.Position, id));
            }
            Assert.Equal(-1, cursor.Position);
            Assert.False(cursor.MoveNext());
            return rows;
        }
    }

    [Fact]
    public void Values_are_there_only_while_there_is_a_row()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new Number { Value = 3 } });
        using var cursor = view.Open("Value");
        var (getter, idGetter, value, id) = (cursor.GetGetter<int>(view.Schema[0]), cursor.GetIdGetter(), 0, default(DataViewRowId));
        Assert.Throws<InvalidOperationException>(() => getter(ref value));
        Assert.Throws<InvalidOperationException>(() => idGetter(ref id));
        Assert.True(cursor.MoveNext());
        getter(ref value);
        Assert.Equal(3, value);
        Assert.False(cursor.MoveNext());
        Assert.Throws<InvalidOperationException>(() => getter(ref value));
    }

    [Fact]
    public void Every_cursor_enumerates_and_disposes_and_nothing_does_before()
    {
        var rows = new Source();
        var view = _ml.Data.LoadFromEnumerable(rows);
        var enumerable = _ml.Data.CreateEnumerable<Number>(_ml.Data.SkipRows(view, 1), false);
        Assert.Equal((0, 0), (rows.Begun, rows.Ended));
        Assert.Equal([1, 2], enumerable.Select(r => r.Value));
        Assert.Equal((1, 1), (rows.Begun, rows.Ended));
        Assert.Equal(1, enumerable.First().Value);
        Assert.Equal((2, 2), (rows.Begun, rows.Ended));
    }

    [Fact]
    public void Members_of_columns_that_nobody_asked_for_are_not_read()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new Picky { Value = 4 } });
        Assert.Equal([4], view.GetColumn<int>("Value"));
        Assert.Throws<NotSupportedException>(() => view.GetColumn<int>("Forbidden").ToList());
    }

    [Fact]
    public void A_row_cannot_be_null() =>
        Assert.Throws<InvalidOperationException>(() => _ml.Data.LoadFromEnumerable(new Number[1]).GetColumn<int>("Value").ToList());

    [Fact]
    public void Getters_fill_the_buffers_they_are_given()
    {
        var view = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(i => new Row { Features = [i, -i] }).ToList());
        using var cursor = view.Open("Features");
        var getter = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        var mine = new float[2];
        var value = new VBuffer<float>(2, mine);
        for (var i = 0; cursor.MoveNext(); i++)
        {
            getter(ref value);
            Assert.Equal([i, -i], mine);
        }
    }

    private sealed class Row
    {
        [VectorType(2)]
        public float[] Features { get; set; }

        public string LabelText { get; set; }
    }

    private sealed class Number
    {
        public int Value { get; set; }
    }

    private sealed class Picky
    {
        public int Value { get; set; }

        public int Forbidden => throw new NotSupportedException();
    }

    private sealed class Source : IEnumerable<Number>
    {
        public int Begun { get; private set; }

        public int Ended { get; private set; }

        public IEnumerator<Number> GetEnumerator()
        {
            Begun++;
            try
            {
                for (var i = 0; i < 3; i++)
                    yield return new Number { Value = i };
            }
            finally
            {
                Ended++;
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
