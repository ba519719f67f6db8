namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Transforms;

/// <summary>A pixel, whatever the order of its bytes.</summary>
public readonly record struct Color(byte R, byte G, byte B, byte A = 255)
{
    public static Color Gray(int value) => new((byte)value, (byte)value, (byte)value);

    public byte[] ToBytes(MLPixelFormat format) => format == MLPixelFormat.Bgra32 ? [B, G, R, A] : [R, G, B, A];

    public static Color FromBytes(ReadOnlySpan<byte> bytes, MLPixelFormat format) => format == MLPixelFormat.Bgra32
        ? new Color(bytes[2], bytes[1], bytes[0], bytes[3])
        : new Color(bytes[0], bytes[1], bytes[2], bytes[3]);
}
