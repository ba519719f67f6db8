namespace FashionAE.Torch;

/// <summary>The finalizer of MurmurHash3 (Appleby 2011). Changing any input bit changes about half of the output bits.</summary>
internal static class MurmurHash
{
    public static ulong Mix(ulong bits)
    {
        bits = unchecked((bits ^ bits >> 33) * 0xff51afd7ed558ccd);
        bits = unchecked((bits ^ bits >> 33) * 0xc4ceb9fe1a85ec53);
        return bits ^ bits >> 33;
    }

    /// <summary>Returns a value in [0, 1) that depends only on a seed and a number, such as a row number.</summary>
    public static double Uniform(long seed, long number) =>
        (Mix(unchecked((ulong)number * 0x9e3779b97f4a7c15 + (ulong)seed)) >> 11) * Math.ScaleB(1, -53);

    /// <summary>
    /// Derives a 63-bit seed from another seed and a number, such as an epoch number. Similar seeds give unrelated results.
    /// </summary>
    public static long Seed(long seed, long number) =>
        (long)(Mix(unchecked((ulong)seed * 0x9e3779b97f4a7c15 + (ulong)number)) & long.MaxValue);
}
