using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Augmentation;

public class RotatedRowsTests
{
    private const int Count = 100;
    private const int PerRow = 4;

    private readonly MLContext _ml = new(1);
    private readonly ImageRow[] _rows = Images.Rows(Count, 4);

    private IDataView Data => _ml.Data.LoadFromEnumerable(_rows);

    [Fact]
    public void A_row_becomes_itself_and_its_copies_next_to_each_other()
    {
        var view = Turn(Data);
        var images = view.GetColumn<float[]>("Turned").ToArray();
        Assert.Equal(Count * PerRow, images.Length);
        Assert.Equal(_rows.SelectMany(r => Enumerable.Repeat(r.Id, PerRow)), view.GetColumn<int>("Id"));
        Assert.Equal(_rows.Select(r => r.Pixels), images.Where((_, i) => i % PerRow == 0));
        // A few small rectangles look the same after two turns, or leave the image.
        Assert.True(images.Select(RowReads.Bits).Distinct().Count() > 0.9 * images.Length);
    }

    [Fact]
    public void All_other_columns_are_repeated_unchanged()
    {
        var found = _ml.Data.CreateEnumerable<ImageRow>(Turn(Data), reuseRowObject: false).ToArray();
        Assert.Equal(Count * PerRow, found.Length);
        for (var i = 0; i < found.Length; i++)
        {
            var row = _rows[i / PerRow];
            Assert.Equal((row.Id, row.Name), (found[i].Id, found[i].Name));
            Assert.Equal(row.Pixels, found[i].Pixels);
            Assert.Equal(row.Noisy, found[i].Noisy);
            Assert.Equal(row.Extra, found[i].Extra);
        }
    }

    [Fact]
    public void The_copies_alone_are_served_where_originals_are_not_kept()
    {
        var with = RowReads.Values(Turn(Data), "Turned");
        var without = RowReads.Values(_ml.Transforms.RotateImages("Turned", "Pixels", new ImageRotatingEstimator.Options { Copies = PerRow - 1, KeepOriginals = false, Seed = 1 }).Fit(Data).Transform(Data), "Turned");
        Assert.Equal(with.Where((_, i) => i % PerRow != 0), without);
    }

    [Fact]
    public void The_number_of_rows_is_known_where_that_of_the_input_is()
    {
        Assert.Equal(Count * PerRow, Turn(Data).GetRowCount());
        Assert.Null(Turn(_ml.Data.LoadFromEnumerable(_rows.Where(r => r.Id >= 0))).GetRowCount());
    }

    [Fact]
    public void Of_no_rows_none_are_made()
    {
        var view = Turn(_ml.Data.LoadFromEnumerable(Array.Empty<ImageRow>()));
        Assert.Equal(0, view.GetRowCount());
        Assert.Empty(RowReads.Rows(view, "Turned"));
    }

    [Fact]
    public void Every_row_has_a_unique_id_and_the_next_position()
    {
        var rows = RowReads.Rows(Turn(Data), "Turned");
        Assert.Equal(rows.Count, rows.Select(r => r.Id).Distinct().Count());
        Assert.Equal(Enumerable.Range(0, rows.Count).Select(i => (long)i), rows.Select(r => r.Position));
    }

    [Fact]
    public void A_set_of_cursors_shares_the_rows_with_the_same_ids_and_images()
    {
        var expected = RowReads.Rows(Turn(Data), "Turned");
        var view = Turn(new SpyView(Data, sets: 3));
        var sets = Array.ConvertAll(view.GetRowCursorSet([view.Schema["Turned"]], 3), c => RowReads.Rows(c, "Turned"));
        Assert.Equal(3, sets.Length);
        Assert.All(sets, rows => Assert.All(rows.Zip(rows.Skip(1)), pair => Assert.True(pair.First.Position < pair.Second.Position)));
        Assert.Equal(expected, sets.SelectMany(rows => rows).OrderBy(r => r.Position));
    }

    [Fact]
    public void A_shuffled_read_has_the_same_ids_and_images_in_another_order()
    {
        var view = Turn(Images.Garments(_ml));
        Assert.True(view.CanShuffle);
        var (ordered, shuffled) = (RowReads.Rows(view, "Turned"), RowReads.Rows(view, "Turned", new Random(1)));
        var (expected, found) = (ordered.Select(r => (r.Id, r.Value)).ToList(), shuffled.Select(r => (r.Id, r.Value)).ToList());
        Assert.NotEqual(expected, found);
        Assert.Equal(expected.ToHashSet(), found.ToHashSet());
        Assert.Equal(Enumerable.Range(0, found.Count).Select(i => (long)i), shuffled.Select(r => r.Position));
    }

    [Theory]
    [InlineData("Id")]
    [InlineData("Pixels")]
    [InlineData("Turned")]
    public void Ids_and_positions_are_the_same_whatever_columns_are_active(string column)
    {
        var view = Turn(Data);
        var all = RowReads.Rows(view.GetRowCursor(view.Schema), column);
        Assert.Equal(all, RowReads.Rows(view, column));
        Assert.Equal(RowReads.Rows(view, "Turned").Select(r => (r.Id, r.Position)), all.Select(r => (r.Id, r.Position)));
    }

    [Fact]
    public void Rows_are_multiplied_without_reading_pixels_if_only_other_columns_are_active()
    {
        var spy = new SpyView(Data);
        var view = Turn(spy);
        using (var cursor = view.GetRowCursor([]))
        {
            var rows = 0;
            while (cursor.MoveNext())
                rows++;
            Assert.Equal(Count * PerRow, rows);
        }
        Assert.Empty(spy.Getters);
        Assert.Equal(Count * PerRow, RowReads.Rows(view, "Id").Count);
        Assert.Equal(["Id"], spy.Getters.Distinct());
    }

    [Fact]
    public void An_active_image_that_is_never_read_creates_no_tensors()
    {
        var view = Turn(Data);
        var before = Tensors.Alive();
        var peak = before;
        using var cursor = view.GetRowCursor(view.Schema);
        while (cursor.MoveNext())
            peak = Math.Max(peak, Tensors.Alive());
        Assert.Equal(before, peak);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(300)]
    public void No_more_than_256_rows_are_read_ahead(int copies)
    {
        var spy = new SpyView(Images.View(_ml, 600));
        var view = _ml.Transforms.RotateImages("Turned", "Pixels", copies).Fit(spy).Transform(spy);
        Assert.Equal(0, spy.Opened);
        using var cursor = view.GetRowCursor([view.Schema["Turned"]]);
        Assert.Equal(0, spy.Moves);
        Assert.True(cursor.MoveNext());
        Assert.InRange(spy.Moves, 1, 256);
    }

    [Fact]
    public void A_cursor_that_has_not_moved_or_is_at_its_end_has_no_values()
    {
        var view = Turn(Data);
        using var cursor = view.GetRowCursor([view.Schema["Turned"]]);
        var (getId, getImage) = (cursor.GetIdGetter(), cursor.GetGetter<VBuffer<float>>(view.Schema["Turned"]));
        var (id, image) = (default(DataViewRowId), default(VBuffer<float>));
        void AssertNoValues()
        {
            Assert.Equal(-1, cursor.Position);
            Assert.Throws<InvalidOperationException>(() => getId(ref id));
            Assert.Throws<InvalidOperationException>(() => getImage(ref image));
        }

        AssertNoValues();
        while (cursor.MoveNext())
            getImage(ref image);
        AssertNoValues();
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void A_failure_of_the_input_arrives_unchanged_after_the_rows_before_it()
    {
        var view = Turn(new SpyView(Data, failAt: 70));
        using var cursor = view.GetRowCursor([view.Schema["Turned"]]);
        for (var i = 0; i < 70 * PerRow; i++)
            Assert.True(cursor.MoveNext());
        Assert.Equal("row 70", Assert.Throws<NotSupportedException>(() => cursor.MoveNext()).Message);
    }

    public static TheoryData<string> Operators => ["cache", "shuffle", "take", "skip", "split", "filter", "normalize", "checkpoint"];

    [Theory]
    [MemberData(nameof(Operators))]
    public void Operators_of_mlnet_on_top_find_the_right_rows(string name)
    {
        static string[] Pairs(IDataView view) => [.. RowReads.Values(view, "Id").Zip(RowReads.Values(view, "Turned"), (id, image) => $"{id} {image}")];
        var all = Pairs(Turn(Data));
        var view = Turn(new SpyView(Data, sets: 2));
        if (name == "split")
        {
            var split = _ml.Data.TrainTestSplit(view, 0.3);
            var (train, test) = (Pairs(split.TrainSet), Pairs(split.TestSet));
            Assert.InRange(test.Length, 1, all.Length - 1);
            Assert.Equal(all.Order(), train.Concat(test).Order());
            return;
        }
        IDataView top = name switch
        {
            "cache" => _ml.Data.Cache(view),
            "shuffle" => _ml.Data.ShuffleRows(view, seed: 1, shufflePoolSize: 17),
            "take" => _ml.Data.TakeRows(view, 41),
            "skip" => _ml.Data.SkipRows(view, 41),
            "filter" => _ml.Data.FilterRowsByColumn(_ml.Transforms.ScoreReconstruction("Pixels", "Turned", "Mse").Fit(view).Transform(view), "Mse", lowerBound: 0),
            "normalize" => _ml.Transforms.NormalizeMinMax("Scaled", "Turned").Fit(view).Transform(view),
            _ => _ml.Transforms.RotateImages("Turned", "Pixels", PerRow - 1, seed: 1).AppendCacheCheckpoint(_ml).Append(_ml.Transforms.CopyColumns("Copy", "Id")).Fit(Data).Transform(Data),
        };
        string[] expected = name switch { "take" => all[..41], "skip" => all[41..], _ => all };
        var found = Pairs(top);
        Assert.Equal(expected.Order(), found.Order());
        if (name is "take" or "skip" or "cache")
            Assert.Equal(expected, found);
    }

    private IDataView Turn(IDataView data) => Rotation().Fit(data).Transform(data);

    private ImageRotatingEstimator Rotation() => _ml.Transforms.RotateImages("Turned", "Pixels", PerRow - 1, seed: 1);
}
