namespace FashionAE.MLNet;

/// <summary>
/// The space in which vectors and their reconstructions are compared: that in which the network was trained, where the slots have no
/// units.
/// </summary>
/// <param name="Offset">What is subtracted from each slot; null where nothing is scaled.</param>
/// <param name="Scale">What each slot is divided by then.</param>
/// <param name="MasksMissing">Whether values of the target that are NaN have no error.</param>
internal sealed record VectorSpace(float[]? Offset, float[]? Scale, bool MasksMissing)
{
    /// <summary>Brings a vector and its reconstruction to this space; both are 0 where the target is missing.</summary>
    /// <returns>How many values there are for each that is not missing: what the mean over all values is multiplied by.</returns>
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
/// What scores compare in a batch of rows: targets and reconstructions, those of vectors in their <see cref="VectorSpace"/>.
/// </summary>
/// <param name="length">How many values a row has.</param>
/// <param name="space">The space of vectors; null for images, which are compared as they are.</param>
/// <param name="targets">Gives the targets, one row after the other; the array may be longer.</param>
/// <param name="reconstructions">Gives the reconstructions in the same way.</param>
internal sealed class ComparedValues(int length, VectorSpace? space, Func<float[]> targets, Func<float[]> reconstructions)
{
    private float[] _targets = [];
    private float[] _reconstructions = [];
    private double[] _factors = [];
    private int _count;
    private bool _isComputed;

    public void Begin(int count) => (_count, _isComputed) = (count, false);

    /// <summary>Gives the targets; of images without computing anything.</summary>
    public float[] Targets() => space is null ? targets() : Compute()._targets;

    public float[] Reconstructions() => space is null ? reconstructions() : Compute()._reconstructions;

    /// <summary>Gives what the mean of a row's errors is multiplied by; null for 1.</summary>
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
