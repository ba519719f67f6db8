using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Cursors;

public class BatchValuesTests
{
    [Fact]
    public void Values_are_computed_once_a_batch_into_the_beginning_of_an_array()
    {
        var computed = 0;
        var count = 3;
        var values = new BatchValues(2, array =>
        {
            computed++;
            Assert.True(array.Length >= 2 * count);
            for (var i = 0; i < 2 * count; i++)
                array[i] = 100 * computed + i;
        }, row => row == 1);
        var slot = new RowSlot { Count = 3, Index = 2 };
        var get = values.MakeVectorGetter(slot);
        values.Begin(3);
        Assert.Equal(0, computed);
        Assert.Equal([104f, 105], Vector());
        slot.Index = 1;
        Assert.Equal([float.NaN, float.NaN], Vector());
        Assert.Equal([100, 101, float.NaN, float.NaN, 104, 105], values.All()[..6]);
        Assert.Equal(1, computed);

        // First fewer rows, then more.
        (count, slot.Count, slot.Index) = (1, 1, 0);
        values.Begin(1);
        Assert.Equal([200f, 201], Vector());
        (count, slot.Count, slot.Index) = (9, 9, 8);
        values.Begin(9);
        Assert.Equal([316f, 317], Vector());

        float[] Vector()
        {
            var value = default(VBuffer<float>);
            get(ref value);
            return [.. value.DenseValues()];
        }
    }

    [Fact]
    public void Values_are_computed_again_after_a_failure()
    {
        var fails = true;
        var values = new BatchValues(1, array => array[0] = fails ? throw new InvalidOperationException() : 5, _ => false);
        var get = values.MakeNumberGetter(new RowSlot { Count = 1, Index = 0 });
        values.Begin(1);
        var value = 0f;
        Assert.Throws<InvalidOperationException>(() => get(ref value));
        fails = false;
        get(ref value);
        Assert.Equal(5, value);
    }
}
