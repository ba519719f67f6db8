namespace FashionAE.MLNet;

/// <summary>
/// Counts the pixel errors of any number of images in a fixed amount of memory. Errors are counted by the upper bits of their values, which
/// sort in the same order as the values.
/// </summary>
internal sealed class PixelErrors
{
    // Eleven bits of the fraction remain: the values of a bin differ by less than 0.05 percent.
    private const int Dropped = 12;

    private readonly long[] _counts = new long[1 << (31 - Dropped)];
    private long _count;

    public void Add(ReadOnlySpan<float> errors)
    {
        foreach (var error in errors)
            if (!(error >= 0))
                throw new InvalidOperationException("A pixel error of a held-out row is NaN: the training has failed.");
            else
                _counts[BitConverter.SingleToInt32Bits(error) >> Dropped]++;
        _count += errors.Length;
    }

    /// <summary>Finds the error that only the given share of all errors exceeds, rounded up to the highest value of its bin.</summary>
    public float Above(double share)
    {
        var above = (long)(share * _count);
        for (var bin = _counts.Length - 1; bin >= 0; bin--)
            if ((above -= _counts[bin]) < 0)
                return BitConverter.Int32BitsToSingle(((bin + 1) << Dropped) - 1);
        return 0;
    }
}
