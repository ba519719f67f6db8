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
        var cases = from count in Gen.Choose(2, 200)
                    from percent in Gen.Choose(1, 99)
                    from seed in Gen.Choose(-1000, 1000)
                    select (count, percent / 100.0, seed);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var (count, fraction, seed) = c;
            using var scope = NewDisposeScope();
            using var examples = Numbered(count);
            var (rest, heldOut) = examples.Split(fraction, seed);
            Assert.InRange(Math.Abs(heldOut.Count - count * fraction), 0, 1);
            Assert.True(rest.Count > 0 && heldOut.Count > 0);
            Assert.Equal(Enumerable.Range(0, count), Numbers(rest).Concat(Numbers(heldOut)).Order());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_seed_of_a_split_decides_alone()
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
    [InlineData(0.5, 1)]
    [InlineData(0.5, 0)]
    public void A_split_that_cannot_be_is_refused(double fraction, int count)
    {
        using var scope = NewDisposeScope();
        using var examples = Numbered(count);
        Assert.Throws<ArgumentOutOfRangeException>(() => examples.Split(fraction, 1));
    }

    /// <summary>Images of one pixel, each the byte of its own number.</summary>
    private static TensorExamples Numbered(int count) => new(torch.tensor(Enumerable.Range(0, count).Select(i => (byte)i).ToArray()).reshape(count, 1, 1, 1));

    private static int[] Numbers(TrainingExamples examples) =>
        [.. examples.InOrder(7, CPU).SelectMany(batch => batch.Input.data<float>().ToArray()).Select(value => (int)Math.Round(255 * value))];
}
