namespace FashionAE.MLNet;

/// <summary>
/// Counts errors of pixels, of any number of images in the same memory: by the upper bits of the numbers, whose order is that of the
/// numbers.
/// </summary>
internal sealed class PixelErrors
{
    // Eleven bits of the fraction stay: numbers of a bin differ by less than 0.05 percent.
    private const int Dropped = 12;

    private readonly long[] _counts = new long[1 << (31 - Dropped)];
    private long _count;

    public void Add(ReadOnlySpan<float> errors)
    {
        foreach (var error in errors)
            if (!(error >= 0))
                throw new InvalidOperationException("An error of a pixel of a held-out row is NaN: the training has failed.");
            else
                _counts[BitConverter.SingleToInt32Bits(error) >> Dropped]++;
        _count += errors.Length;
    }

    /// <summary>Finds the error that a share of them is above, or the next higher of its bin.</summary>
    public float Above(double share)
    {
        var above = (long)(share * _count);
        for (var bin = _counts.Length - 1; bin >= 0; bin--)
            if ((above -= _counts[bin]) < 0)
                return BitConverter.Int32BitsToSingle(((bin + 1) << Dropped) - 1);
        return 0;
    }
}
