namespace FashionAE.Torch.Tests.Training;

public class SparseRowsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Rows_of_any_density_come_back_bit_for_bit(int length)
    {
        var random = new Random(length);
        var rows = Enumerable.Range(0, 300).Select(i =>
        {
            // No value, all values, and everything in between.
            var density = i % 3 == 0 ? i % 2 : random.NextDouble();
            return Enumerable.Range(0, length).Select(_ => random.NextDouble() < density ? Value(random) : 0).ToArray();
        }).ToArray();
        var store = new SparseRows(length);
        for (var i = 0; i < rows.Length; i++)
        {
            // Some rows have all values. Others have only nonzero values and some zeros.
            int[] slots = [.. Enumerable.Range(0, length).Where(slot => i % 2 == 0 || Bits(rows[i][slot]) != 0 || slot % 5 == 0)];
            store.Add(slots, Array.ConvertAll(slots, slot => rows[i][slot]));
        }
        Assert.Equal(rows.Length, store.Count);
        var row = Enumerable.Repeat(9f, length).ToArray();
        // In another order.
        foreach (var i in Enumerable.Range(0, rows.Length).OrderBy(_ => random.Next()))
        {
            store.CopyTo(i, row);
            Assert.Equal(Array.ConvertAll(rows[i], Bits), Array.ConvertAll(row, Bits));
        }
    }

    [Fact]
    public void A_value_needs_eight_bytes_and_a_row_some_more_for_any_number_of_slots()
    {
        const int Count = 20_000, Set = 50;
        int[] slots = [.. Enumerable.Range(0, Set).Select(i => i * 1999)];
        float[] values = [.. slots.Select(slot => slot + 1f)];
        var store = new SparseRows(100_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Count; i++)
            store.Add(slots, values);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(Count * Set, store.ValueCount);
        // At most twice the size of the values, and a position for each row. Dense rows would need 8 GB.
        Assert.InRange(store.Size, Count * (8 * Set + 12), 2 * Count * (8 * Set + 12) + (1 << 15));
        // The values, and the old arrays of positions.
        Assert.InRange(allocated, Count * 8L * Set, store.Size + 2 * Count * 12 + (1 << 15));
    }

    [Fact]
    public void A_row_that_is_not_sparse_needs_no_more_than_its_values()
    {
        const int Count = 100, Length = 10_000;
        var row = Enumerable.Range(1, Length).Select(i => (float)i).ToArray();
        var store = new SparseRows(Length);
        for (var i = 0; i < Count; i++)
            store.Add([], row);
        Assert.Equal(Count * Length, store.ValueCount);
        Assert.InRange(store.Size, 4 * Count * Length, 2 * 4 * Count * Length + (1 << 15));
    }

    [Fact]
    public void Explicit_zeros_need_no_memory()
    {
        var store = new SparseRows(1000);
        store.Add([3, 5, 8], [0, 2, 0]);
        Assert.Equal(1, store.ValueCount);
        store.Add([], new float[1000]);
        Assert.Equal(1, store.ValueCount);
    }

    [Fact]
    public void After_Clear_it_is_empty_and_can_be_filled_again()
    {
        var store = new SparseRows(10);
        store.Add([3], [1]);
        store.Clear();
        Assert.Equal((0, 0, 0), (store.Count, store.ValueCount, store.Size));
        store.Add([4], [2]);
        var row = new float[10];
        store.CopyTo(0, row);
        Assert.Equal([0, 0, 0, 0, 2, 0, 0, 0, 0, 0], row);
    }

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value);

    private static float Value(Random random) => random.Next(10) switch
    {
        0 => -0f,
        1 => float.NaN,
        2 => float.Epsilon,
        _ => random.NextSingle() * 2 - 1,
    };
}
