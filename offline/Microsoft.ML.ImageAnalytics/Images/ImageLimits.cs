namespace Microsoft.ML.Images;

/// <summary>What is not exceeded, whatever a file promises.</summary>
internal static class ImageLimits
{
    /// <summary>The largest image, which takes half a GiB of memory.</summary>
    public const long Pixels = 1L << 27;

    /// <summary>The largest file.</summary>
    public const int EncodedBytes = 1 << 28;

    /// <summary>Refuses an image that is too large.</summary>
    public static void CheckSize(long width, long height)
    {
        // The products of a PNG's 31 bits fit.
        if (width * height > Pixels)
            throw new InvalidDataException($"an image of {width}x{height} pixels is larger than the {Pixels} pixels that can be read");
    }
}
