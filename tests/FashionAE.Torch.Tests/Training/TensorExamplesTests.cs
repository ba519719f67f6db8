using FsCheck;
using FsCheck.Fluent;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Training;

public class TensorExamplesTests
{
    [Fact]
    public void A_split_is_a_partition_of_the_rounded_size()
    {
        var cases = from count in Gen.Choose(4, 200)
                    from percent in Gen.Choose(1, 60)
                    from seed in Gen.Choose(-1000, 1000)
                    select (count, percent / 100.0, seed);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var (count, fraction, seed) = c;
            using var scope = NewDisposeScope();
            using var examples = Numbered(count);
            var (rest, heldOut) = examples.Split(fraction, seed);
            Assert.InRange(Math.Abs(heldOut.Count - count * fraction), 0, 1);
            Assert.True(rest.Count > 1 && heldOut.Count > 0);
            Assert.Equal(Enumerable.Range(0, count), Numbers(rest).Concat(Numbers(heldOut)).Order());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Several_threads_read_the_same_examples_without_copies()
    {
        using var scope = NewDisposeScope();
        using var examples = Numbered(300);
        var expected = Numbers(examples);
        var read = new int[3][];
        var threads = Enumerable.Range(0, 3).Select(i => new Thread(() =>
        {
            for (var pass = 0; pass < 50; pass++)
                read[i] = Numbers(examples);
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.All(read, numbers => Assert.Equal(expected, numbers));
    }

    [Fact]
    public void A_split_depends_only_on_its_seed()
    {
        using var scope = NewDisposeScope();
        using var examples = Numbered(100);
        var parts = new List<int[]>();
        foreach (var seed in new[] { 3, 3, 4 })
        {
            manual_seed(parts.Count); // must not matter
            parts.Add(Numbers(examples.Split(0.3, seed).HeldOut));
        }
        Assert.Equal(parts[0], parts[1]);
        Assert.NotEqual(parts[0], parts[2]);
    }

    [Theory]
    [InlineData(0.0, 10)]
    [InlineData(1.0, 10)]
    [InlineData(-0.5, 10)]
    [InlineData(double.NaN, 10)]
    [InlineData(0.9, 10)]
    [InlineData(0.5, 2)]
    [InlineData(0.5, 1)]
    [InlineData(0.5, 0)]
    public void An_impossible_split_is_refused(double fraction, int count)
    {
        using var scope = NewDisposeScope();
        using var examples = Numbered(count);
        Assert.Throws<ArgumentOutOfRangeException>(() => examples.Split(fraction, 1));
    }

    [Fact]
    public void Every_image_and_every_copy_comes_once_however_many_there_are()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        // Within the limit for shuffling in memory, and just beyond it.
        foreach (var copies in new[] { 0, 5, (int)(ExampleOrder.MostShuffled / 2100), (int)(ExampleOrder.MostShuffled / 2000) })
        {
            var order = new ExampleOrder(2099, copies, generator);
            var seen = new int[2099];
            var (originals, moved, total) = (0, 0L, 2099L * (copies + 1));
            Assert.Equal(total, order.Count);
            for (var start = 0L; start < total; start += 100_000)
            {
                var (images, first) = order.Batch(start, Math.Min(total, start + 100_000));
                originals += first;
                foreach (var image in images)
                    seen[image]++;
                moved += images.Length > 1 && images[^1] == (start + images.Length - 1) % 2099 ? 0 : 1;
            }
            Assert.All(seen, count => Assert.Equal(copies + 1, count));
            Assert.Equal(2099, originals);
            Assert.True(moved > 0);
        }
    }

    [Fact]
    public void An_order_of_billions_of_examples_needs_little_memory()
    {
        using var generator = new Generator(7);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var order = new ExampleOrder(60_000, 10_000, generator);
        var (images, originals) = order.Batch(order.Count - 1000, order.Count);
        Assert.Equal(600_060_000, order.Count);
        Assert.InRange(originals, 0, 5);
        Assert.InRange(images.Distinct().Count(), 900, 1000); // as many as chance gives
        Assert.InRange(images.Average(), 27_000, 33_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    /// <summary>Images of one pixel, whose value is the number of the image.</summary>
    private static TensorExamples Numbered(int count) =>
        new(torch.tensor(Enumerable.Range(0, count).Select(i => (byte)i).ToArray()).reshape(count, 1, 1, 1));

    private static int[] Numbers(TrainingExamples examples) =>
        [.. examples.InOrder(7, CPU).SelectMany(batch => batch.Input.data<float>().ToArray()).Select(x => (int)Math.Round(255 * x))];
}
