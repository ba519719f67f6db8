namespace FashionAE.MLNet.Tests.Scores;

public class VectorSpaceTests
{
    private const int Length = 5;

    private static readonly float[] Offset = [10, -20, 0, 0.5f, 1000];
    private static readonly float[] Scale = [2, 0.25f, 1, 8, 500];

    private int _reads;

    [Fact]
    public void A_vector_and_its_reconstruction_are_shifted_and_then_divided_slot_by_slot()
    {
        var (targets, reconstructions) = (Draw(1, 1), Draw(1, 2));
        var (scaledTargets, scaledReconstructions) = (new float[Length], new float[Length]);
        var factor = new VectorSpace(Offset, Scale, MasksMissing: false)
            .Convert(targets, reconstructions, scaledTargets, scaledReconstructions);
        Assert.Equal(1, factor);
        AssertScaled(targets, scaledTargets);
        AssertScaled(reconstructions, scaledReconstructions);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Without_an_offset_or_a_scale_vectors_are_unchanged(bool lacksOffset, bool lacksScale)
    {
        var space = new VectorSpace(lacksOffset ? null : Offset, lacksScale ? null : Scale, MasksMissing: true);
        var (targets, scaled) = (Draw(1, 1), new float[Length]);
        Assert.Equal(1, space.Convert(targets, targets, scaled, new float[Length]));
        Assert.Equal(targets, scaled);
    }

    [Theory]
    [InlineData(1, 5 / 4.0)]
    [InlineData(3, 5 / 2.0)]
    [InlineData(4, 5)]
    [InlineData(5, 5)]
    public void Missing_values_have_no_error_and_the_factor_makes_the_mean_that_of_the_others(int missing, double factor)
    {
        var (targets, reconstructions) = (Draw(1, 1), Draw(1, 2));
        targets.AsSpan(Length - missing).Fill(float.NaN);
        var (scaledTargets, scaledReconstructions) = (new float[Length], new float[Length]);
        var space = new VectorSpace(Offset, Scale, MasksMissing: true);
        Assert.Equal(factor, space.Convert(targets, reconstructions, scaledTargets, scaledReconstructions), 1e-15);
        Assert.Equal(new float[missing], scaledTargets[^missing..]);
        Assert.Equal(new float[missing], scaledReconstructions[^missing..]);
        AssertScaled(targets[..^missing], scaledTargets);

        var there = Length - missing;
        var expected = Enumerable.Range(0, there)
            .Sum(slot => Math.Pow(((double)targets[slot] - reconstructions[slot]) / Scale[slot], 2)) / Math.Max(1, there);
        Assert.Equal(expected, factor * ReconstructionScores.MeanSquaredError(scaledTargets, scaledReconstructions), 1e-6 * (expected + 1));
    }

    [Fact]
    public void Missing_values_remain_if_they_are_not_masked()
    {
        var scaled = new float[Length];
        var factor = new VectorSpace(Offset, Scale, MasksMissing: false).Convert([1, float.NaN, 1, 1, 1], [1, 1, 1, 1, 1], scaled, new float[Length]);
        Assert.Equal(1, factor);
        Assert.Equal([false, true, false, false, false], scaled.Select(float.IsNaN));
    }

    [Fact]
    public void Images_are_compared_as_they_are_and_without_a_copy()
    {
        var (targets, reconstructions) = (Draw(3, 1), Draw(3, 2));
        var values = new ComparedValues(Length, space: null, () => targets, () => reconstructions);
        values.Begin(3);
        Assert.Same(targets, values.Targets());
        Assert.Same(reconstructions, values.Reconstructions());
        Assert.Null(values.Factors());
    }

    [Fact]
    public void The_vectors_of_a_batch_are_scaled_once_whatever_is_read()
    {
        var (targets, reconstructions) = (Draw(6, 1), Draw(6, 2));
        var values = new ComparedValues(Length, new VectorSpace(Offset, Scale, MasksMissing: false), Counted(targets), () => reconstructions);
        // Batches may grow and shrink.
        foreach (var count in new[] { 2, 6, 4 })
        {
            _reads = 0;
            values.Begin(count);
            Assert.Equal(0, _reads);
            AssertScaled(targets[..(count * Length)], values.Targets());
            AssertScaled(reconstructions[..(count * Length)], values.Reconstructions());
            Assert.Same(values.Targets(), values.Targets());
            Assert.Null(values.Factors());
            Assert.Equal(1, _reads);
            targets.AsSpan().Reverse();
        }
    }

    [Fact]
    public void Memory_of_a_batch_is_used_again()
    {
        var targets = Draw(4, 1);
        var values = new ComparedValues(Length, new VectorSpace(Offset, Scale, MasksMissing: true), () => targets, () => targets);
        values.Begin(4);
        var first = values.Targets();
        values.Begin(4);
        Assert.Same(first, values.Targets());
    }

    [Fact]
    public void Masked_vectors_have_a_factor_for_each_row()
    {
        var targets = Draw(3, 1);
        (targets[Length], targets[Length + 3]) = (float.NaN, float.NaN);
        targets[2 * Length] = float.NaN;
        var values = new ComparedValues(Length, new VectorSpace(null, null, MasksMissing: true), Counted(targets), () => targets);
        values.Begin(3);
        Assert.Equal([1, 5 / 3.0, 5 / 4.0], values.Factors()!);
        Assert.Equal(0, values.Targets()[Length]);
        Assert.Equal(1, _reads);
    }

    private Func<float[]> Counted(float[] values) => () =>
    {
        _reads++;
        return values;
    };

    private static void AssertScaled(float[] values, float[] scaled)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var expected = ((double)values[i] - Offset[i % Length]) / Scale[i % Length];
            Assert.Equal(expected, scaled[i], 1e-6 * (Math.Abs(expected) + 1));
        }
    }

    private static float[] Draw(int rows, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows * Length).Select(_ => 40 * random.NextSingle() - 20)];
    }
}
