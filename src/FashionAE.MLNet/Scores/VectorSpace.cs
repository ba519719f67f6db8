namespace FashionAE.MLNet;

/// <summary>
/// The space in which vectors and their reconstructions are compared. It is the space in which the network was trained, where slots have
/// no units.
/// </summary>
/// <param name="Offset">The value to subtract from each slot; null if nothing is scaled.</param>
/// <param name="Scale">The value by which each slot is divided after the subtraction.</param>
/// <param name="MasksMissing">Whether the error is 0 where the target is NaN.</param>
internal sealed record VectorSpace(float[]? Offset, float[]? Scale, bool MasksMissing)
{
    /// <summary>
    /// Scales a vector and its reconstruction to this space. Where a value of the target is missing, both values become 0.
    /// </summary>
    /// <returns>The number of values divided by the number of values that are not missing. It corrects a mean over all values.</returns>
    public double Convert(
        ReadOnlySpan<float> target, ReadOnlySpan<float> reconstruction, Span<float> scaledTarget, Span<float> scaledReconstruction)
    {
        ScaleInto(target, scaledTarget);
        ScaleInto(reconstruction, scaledReconstruction);
        if (!MasksMissing)
            return 1;
        var there = 0;
        for (var slot = 0; slot < target.Length; slot++)
            if (float.IsNaN(target[slot]))
                scaledTarget[slot] = scaledReconstruction[slot] = 0;
            else
                there++;
        return (double)target.Length / Math.Max(1, there);
    }

    private void ScaleInto(ReadOnlySpan<float> values, Span<float> scaled)
    {
        if (Offset is null || Scale is null)
        {
            values.CopyTo(scaled);
            return;
        }
        for (var slot = 0; slot < values.Length; slot++)
            scaled[slot] = (values[slot] - Offset[slot]) / Scale[slot];
    }
}

/// <summary>
/// Provides the targets and reconstructions of a batch, which the scores compare. Vectors are scaled to their <see cref="VectorSpace"/>.
/// </summary>
/// <param name="length">The number of values per row.</param>
/// <param name="space">The space of vectors; null for images, which are compared unchanged.</param>
/// <param name="targets">Returns the targets, one row after the other. The array may be longer than the batch.</param>
/// <param name="reconstructions">Returns the reconstructions in the same way.</param>
internal sealed class ComparedValues(int length, VectorSpace? space, Func<float[]> targets, Func<float[]> reconstructions)
{
    private float[] _targets = [];
    private float[] _reconstructions = [];
    private double[] _factors = [];
    private int _count;
    private bool _isComputed;

    public void Begin(int count) => (_count, _isComputed) = (count, false);

    /// <summary>Returns the targets. For images, nothing is computed.</summary>
    public float[] Targets() => space is null ? targets() : Compute()._targets;

    public float[] Reconstructions() => space is null ? reconstructions() : Compute()._reconstructions;

    /// <summary>Returns the factors for the mean error of each row; null if every factor is 1.</summary>
    public double[]? Factors() => space is { MasksMissing: true } ? Compute()._factors : null;

    private ComparedValues Compute()
    {
        if (_isComputed)
            return this;
        var (from, to) = (targets(), reconstructions());
        if (_targets.Length < (long)_count * length)
            (_targets, _reconstructions, _factors) = (new float[_count * length], new float[_count * length], new double[_count]);
        for (var row = 0; row < _count; row++)
        {
            Span<float> Row(float[] values) => values.AsSpan(row * length, length);
            _factors[row] = space!.Convert(Row(from), Row(to), Row(_targets), Row(_reconstructions));
        }
        _isComputed = true;
        return this;
    }
}
