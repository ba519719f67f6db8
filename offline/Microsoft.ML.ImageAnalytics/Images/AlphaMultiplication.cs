namespace Microsoft.ML.Images;

/// <summary>Multiplies the colours of pixels by their alpha, as images in memory have them, and divides them again, as files have them.</summary>
internal static class AlphaMultiplication
{
    /// <summary>Multiplies a colour by alpha/255, to the nearest byte.</summary>
    public static byte Multiply(byte color, byte alpha) => (byte)(((color * alpha) + 127) / 255);

    /// <summary>Divides a colour by alpha/255, to the nearest byte. Nothing is known of the colour of a transparent pixel: it is black.</summary>
    public static byte Divide(byte color, byte alpha) => alpha == 0 ? (byte)0 : (byte)Math.Min(255, ((color * 255) + (alpha / 2)) / alpha);
}
