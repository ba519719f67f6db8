using FashionAE.MLNet.DataViews;
using FashionAE.Torch.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Imaging;

/// <summary>Makes the image of one row.</summary>
internal sealed class ImageDrawingBatch(DataViewSchema.Column column, ImageShape shape) : RowBatch
{
    private readonly ImageBuffer _values = new(column, shape, capacity: 1);

    public override void Bind(DataViewRow input) => _values.Bind(input);

    public override void Read(int place) => _values.Read(place);

    // The image that the last row was given is the caller's, who may still show it, and disposes it.
    public override Delegate MakeGetter(int output, RowSlot slot) => (ValueGetter<MLImage>)((ref MLImage value) =>
    {
        _ = slot.Current;
        value = MLImage.CreateFromPixels(shape.Width, shape.Height, MLPixelFormat.Bgra32, Draw(_values[0]));
    });

    private byte[] Draw(ReadOnlySpan<float> values)
    {
        var plane = shape.Height * shape.Width;
        var pixels = new byte[4 * plane];
        for (var i = 0; i < plane; i++)
        {
            // Planes are red, green, blue; a pixel's bytes blue, green, red, alpha.
            for (var colour = 0; colour < 3; colour++)
                pixels[4 * i + 2 - colour] = ToByte(values[i + (shape.Channels == 1 ? 0 : colour * plane)]);
            pixels[4 * i + 3] = byte.MaxValue;
        }
        return pixels;
    }

    private static byte ToByte(float value) => float.IsNaN(value)
        ? throw new InvalidOperationException("A pixel is not a number, which no image can show.")
        : (byte)MathF.Round(255 * Math.Clamp(value, 0, 1));
}
