namespace FashionAE.MLNet.DataViews;

/// <summary>Bytes as numbers in [0, 1].</summary>
internal static class ByteValues
{
    /// <summary>Gets b / 255 for every byte b, in single precision: what training makes of bytes, too.</summary>
    public static float[] InUnitRange { get; } = Array.ConvertAll(Enumerable.Range(0, 256).ToArray(), b => b / 255f);
}
