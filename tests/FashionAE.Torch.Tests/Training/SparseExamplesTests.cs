using FashionAE.Torch.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Training;

public class SparseExamplesTests
{
    private const int Count = 70;
    private const int Length = 40;

    // The first slot is the number of the row, to identify it. Row 5 is empty, row 6 has no zeros.
    private readonly float[][] _inputs = [.. Enumerable.Range(0, Count).Select(i => Row(i, new Random(i), 0.1))];
    private readonly float[][] _targets = [.. Enumerable.Range(0, Count).Select(i => Row(i, new Random(1000 + i), 0.3))];

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(200)]
    public void Batches_in_order_are_the_rows_one_after_the_other(int batchSize)
    {
        using var scope = NewDisposeScope();
        using var examples = new SparseExamples(Rows(_inputs), Rows(_targets));
        var start = 0;
        foreach (var batch in examples.InOrder(batchSize, CPU))
        {
            var count = Math.Min(batchSize, Count - start);
            Assert.Equal([count, Length], batch.Input.shape);
            Assert.Equal(count, batch.Originals);
            Assert.Equal(_inputs[start..(start + count)].SelectMany(row => row), batch.Input.data<float>().ToArray());
            Assert.Equal(_targets[start..(start + count)].SelectMany(row => row), batch.Target.data<float>().ToArray());
            start += count;
        }
        Assert.Equal(Count, start);
    }

    [Theory]
    [InlineData(0, 16)]
    [InlineData(2, 16)]
    [InlineData(2, 209)]
    public void Every_row_comes_once_and_once_as_each_copy(int copies, int batchSize)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using var examples = new SparseExamples(Rows(_inputs));
        var (originals, all) = (new List<int>(), new List<int>());
        foreach (var batch in examples.Shuffled(copies, batchSize, generator, CPU))
        {
            Assert.Same(batch.Input, batch.Target);
            var numbers = Numbers(batch.Input);
            originals.AddRange(numbers[..batch.Originals]);
            all.AddRange(numbers);
        }
        Assert.Equal(Enumerable.Range(0, Count), originals.Order());
        Assert.NotEqual(Enumerable.Range(0, Count), originals);
        Assert.Equal(Enumerable.Range(0, Count).SelectMany(i => Enumerable.Repeat(i, copies + 1)), all.Order());
    }

    [Fact]
    public void A_split_is_a_partition_and_so_is_one_of_a_part()
    {
        using var scope = NewDisposeScope();
        using var examples = new SparseExamples(Rows(_inputs));
        var (rest, heldOut) = examples.Split(0.3, 7);
        var (less, more) = rest.Split(0.5, 8);
        int[] Of(TrainingExamples part) => [.. part.InOrder(9, CPU).SelectMany(batch => Numbers(batch.Input))];
        Assert.Equal(21, heldOut.Count);
        Assert.Equal(Enumerable.Range(0, Count), Of(less).Concat(Of(more)).Concat(Of(heldOut)).Order());
        Assert.Equal(Of(rest).Order(), Of(less).Concat(Of(more)).Order());
        Assert.Throws<ArgumentOutOfRangeException>(() => examples.Split(0.99, 7));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_training_on_sparse_rows_is_that_on_dense_ones_bit_for_bit(bool withTargets)
    {
        var options = new TrainingOptions { Epochs = 2, BatchSize = 16, ValidationSetFraction = 0.2, Seed = 5 };
        Dictionary<string, byte[]> Train(Func<float[][], Tensor> dense, bool isSparse)
        {
            using var scope = NewDisposeScope();
            using var model = ModelState.Build(new VectorArchitecture(2, Length) { HiddenSizes = [8] });
            using TrainingExamples examples = isSparse
                ? new SparseExamples(Rows(_inputs), withTargets ? Rows(_targets) : null)
                : new TensorExamples(dense(_inputs), withTargets ? dense(_targets) : null);
            new AutoencoderTrainer(model, options).Train(examples);
            return ModelState.Of(model);
        }

        Tensor Dense(float[][] rows) => torch.tensor(rows.SelectMany(row => row).ToArray()).reshape(Count, Length);
        Assert.Equal(Train(Dense, isSparse: false), Train(Dense, isSparse: true));
    }

    [Fact]
    public void The_description_distinguishes_data_and_parts_from_others()
    {
        string Of(float[][] inputs, float[][]? targets = null)
        {
            using var examples = new SparseExamples(Rows(inputs), targets is null ? null : Rows(targets));
            return examples.Description;
        }

        var moved = Array.ConvertAll(_inputs, row => row.ToArray());
        // The same number of values, with the same sum.
        var (full, free) = (Array.FindLastIndex(moved[9], value => value != 0), Array.IndexOf(moved[9], 0));
        (moved[9][free], moved[9][full]) = (moved[9][full], moved[9][free]);
        using var examples = new SparseExamples(Rows(_inputs));
        var parts = examples.Split(0.5, 1);
        string[] different =
        [
            Of(_inputs), Of(moved), Of(_inputs[1..]), Of(_inputs, _targets), parts.Remaining.Description, parts.HeldOut.Description,
            examples.Split(0.5, 2).HeldOut.Description,
        ];
        Assert.Equal(different.Length, different.Distinct().Count());
        Assert.Equal(Of(_inputs), Of(_inputs));
        Assert.Equal(parts.HeldOut.Description, examples.Split(0.5, 1).HeldOut.Description);
    }

    private static float[] Row(int number, Random random, double density)
    {
        var row = Enumerable.Range(0, Length).Select(_ => number != 5 && (number == 6 || random.NextDouble() < density) ? random.NextSingle() : 0).ToArray();
        row[0] = number == 5 ? 0 : number + 1;
        return row;
    }

    private static SparseRows Rows(float[][] rows)
    {
        var store = new SparseRows(Length);
        foreach (var row in rows)
        {
            int[] slots = [.. Enumerable.Range(0, Length).Where(slot => row[slot] != 0)];
            store.Add(slots, Array.ConvertAll(slots, slot => row[slot]));
        }
        return store;
    }

    private static int[] Numbers(Tensor rows)
    {
        using var first = rows.select(1, 0);
        return Array.ConvertAll(first.data<float>().ToArray(), number => number == 0 ? 5 : (int)number - 1);
    }
}
