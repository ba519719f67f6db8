using FashionAE.MLNet.Tests.Support;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Data;

/// <summary>Tests data frames of the slots with the largest values of a vector column.</summary>
public class TopSlotsTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Slots_are_named_and_in_order()
    {
        var view = View(["a", "b", "c", "d"], new VBuffer<float>(4, [0.5f, -1, 3, 2]), new VBuffer<float>(4, [4, 4, 4, 5]));
        var table = view.ToDataFrameOfTopSlots("Odd");
        Assert.Equal(["Row", "Rank", "Slot", "Value"], table.Columns.Select(column => column.Name));
        Assert.Equal(
            [[0L, 1, "c", 3f], [0L, 2, "d", 2f], [0L, 3, "a", 0.5f], [1L, 1, "d", 5f], [1L, 2, "a", 4f], [1L, 3, "b", 4f]],
            Lines(table));
        Assert.Equal([[0L, 1, "c", 3f]], Lines(view.ToDataFrameOfTopSlots("Odd", count: 1, maxRows: 1)));
        Assert.Empty(Lines(view.ToDataFrameOfTopSlots("Odd", maxRows: 0)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(50)]
    public void They_are_those_of_a_sorted_list_dense_or_sparse(int count)
    {
        // Only few different values, so that many are equal, and some negative or NaN values.
        var random = new Random(count);
        var dense = Enumerable.Range(0, 200).Select(_ => Enumerable.Range(0, 20).Select(_ => random.Next(5) switch
        {
            0 => random.Next(-2, 3),
            1 => random.Next(20) == 0 ? float.NaN : random.NextSingle(),
            _ => 0f,
        }).ToArray()).ToArray();
        var expected = dense.SelectMany((values, row) => values.Index().Where(slot => !float.IsNaN(slot.Item)).OrderByDescending(slot => slot.Item)
            .ThenBy(slot => slot.Index).Take(count).Select((slot, rank) => new object[] { (long)row, rank + 1, $"{slot.Index}", slot.Item })).ToArray();
        Assert.Equal(expected, Lines(View(null, [.. dense.Select(values => new VBuffer<float>(20, values))]).ToDataFrameOfTopSlots("Odd", count)));
        Assert.Equal(expected, Lines(View(null, [.. dense.Select(Sparse)]).ToDataFrameOfTopSlots("Odd", count)));

        static VBuffer<float> Sparse(float[] values)
        {
            var there = values.Index().Where(slot => slot.Item != 0).ToArray();
            return new(values.Length, there.Length, [.. there.Select(slot => slot.Item)], [.. there.Select(slot => slot.Index)]);
        }
    }

    [Fact]
    public void Rows_of_NaN_have_no_lines_and_count_as_rows()
    {
        var table = View(["a", ""], new VBuffer<float>(2, [float.NaN, float.NaN]), new VBuffer<float>(2, [float.NaN, float.NegativeInfinity])).ToDataFrameOfTopSlots("Odd");
        Assert.Equal([[1L, 1, "1", float.NegativeInfinity]], Lines(table));
    }

    [Fact]
    public void Zeros_that_a_sparse_vector_leaves_out_are_found_without_a_walk_over_all_of_them()
    {
        var table = View(null, new VBuffer<float>(1_000_000_000, 2, [-1, 7], [0, 999_999_999]), new VBuffer<float>(1_000_000_000, 0, [], [])).ToDataFrameOfTopSlots("Odd");
        Assert.Equal(
            [[0L, 1, "999999999", 7f], [0L, 2, "1", 0f], [0L, 3, "2", 0f], [1L, 1, "0", 0f], [1L, 2, "1", 0f], [1L, 3, "2", 0f]],
            Lines(table));
    }

    [Fact]
    public void The_column_alone_is_read_once_a_row()
    {
        var spy = new SpyView(Images.View(_ml, 40));
        Assert.Equal(80, spy.ToDataFrameOfTopSlots("Pixels", count: 2).Rows.Count);
        Assert.Equal(40, spy.Calls["Pixels"]);
        Assert.Equal(40, spy.Calls.Values.Sum());
    }

    [Fact]
    public void Vectors_of_unknown_size_have_numbers_for_names()
    {
        DataFrame frame = new(new VBufferDataFrameColumn<float>("Odd", [new VBuffer<float>(1, [2]), new VBuffer<float>(3, [1, 2, 3])]));
        Assert.Equal([[0L, 1, "0", 2f], [1L, 1, "2", 3f], [1L, 2, "1", 2f]], Lines(frame.ToDataFrameOfTopSlots("Odd", count: 2)));
    }

    [Fact]
    public void Other_columns_and_counts_are_refused()
    {
        var view = Images.View(_ml, 2);
        Assert.Contains("Could not find input column 'Odd'", Assert.Throws<ArgumentOutOfRangeException>(() => view.ToDataFrameOfTopSlots("Odd")).Message);
        Assert.Contains("expected Vector<Single>, got String", Assert.Throws<ArgumentOutOfRangeException>(() => view.ToDataFrameOfTopSlots("Name")).Message);
        Assert.Equal("count", Assert.Throws<ArgumentOutOfRangeException>(() => view.ToDataFrameOfTopSlots("Pixels", count: 0)).ParamName);
        Assert.Equal("maxRows", Assert.Throws<ArgumentOutOfRangeException>(() => view.ToDataFrameOfTopSlots("Pixels", maxRows: -2)).ParamName);
        Assert.Throws<ArgumentException>(() => view.ToDataFrameOfTopSlots(""));
        Assert.Throws<ArgumentNullException>(() => ((IDataView)null!).ToDataFrameOfTopSlots("Odd"));
    }

    /// <summary>A view with the column Odd, with slot names if they are given.</summary>
    private IDataView View(string[]? names, params VBuffer<float>[] rows)
    {
        var definition = SchemaDefinition.Create(typeof(Vector));
        definition["Odd"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Length);
        if (names is not null)
            definition["Odd"].AddAnnotation("SlotNames", Slots(names), new VectorDataViewType(TextDataViewType.Instance, names.Length));
        return _ml.Data.LoadFromEnumerable(rows.Select(row => new Vector { Odd = row }), definition);

        static VBuffer<ReadOnlyMemory<char>> Slots(string[] names) => new(names.Length, [.. names.Select(name => name.AsMemory())]);
    }

    private static object[][] Lines(DataFrame table) => [.. table.Rows.Select(row => row.ToArray())];

    private sealed class Vector
    {
        public VBuffer<float> Odd { get; set; }
    }
}
