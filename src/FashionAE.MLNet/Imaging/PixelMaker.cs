using System.Drawing;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using SkiaSharp;

namespace FashionAE.MLNet;

/// <summary>Converts pictures to pixels: resizes them, puts them on a background, and scales them to [0, 1].</summary>
internal sealed class PixelMaker(PixelOptions options)
{
    // The weights of ML.NET's ConvertToGrayscale: ITU-R BT.601, rounded.
    private static readonly float[] GrayWeights = [0.3f, 0.59f, 0.11f, 0, 0];
    private static readonly SKColorFilter Grayscale =
        SKColorFilter.CreateColorMatrix([.. GrayWeights, .. GrayWeights, .. GrayWeights, 0, 0, 0, 1, 0]);

    // The red, green and blue that show through transparent parts of a picture.
    private readonly byte[] _background = options switch
    {
        { Shape.Channels: 1, Background: var color } => [(byte)Math.Round(0.3 * color.R + 0.59 * color.G + 0.11 * color.B)],
        { Background: var color } => [color.R, color.G, color.B],
    };

    private readonly ImageShape _shape = options.Shape;

    /// <summary>Converts a picture in memory to pixels, plane by plane.</summary>
    public float[] Make(MLImage image) =>
        Make(image.Pixels, image.Width, image.Height, SKEncodedOrigin.TopLeft, image.PixelFormat == MLPixelFormat.Rgba32);

    /// <summary>Decodes a picture, at a reduced size if that is large enough, and converts it to pixels.</summary>
    /// <exception cref="InvalidDataException">The picture is truncated or damaged.</exception>
    public float[] Make(SKCodec codec)
    {
        using var file = PictureFile.Decode(codec, Target(codec));
        return Make(file.Pixels, file.Width, file.Height, options.Upright ? file.Origin : SKEncodedOrigin.TopLeft, redIsFirst: false);
    }

    /// <summary>Converts one of several pictures of a batch. Waits while other pictures use too much memory.</summary>
    /// <inheritdoc cref="Make(SKCodec)"/>
    public float[] MakeInTurn(SKCodec codec)
    {
        var (width, height) = PictureFile.SizeFor(codec, Target(codec));
        using var share = PixelBudget.Take((long)width * height);
        return Make(codec);
    }

    /// <summary>Gets the size of the rectangle to which the stored picture is fitted. It is known before decoding.</summary>
    public Size Target(SKCodec codec) => options.Upright && PictureFile.IsTransposed(codec.EncodedOrigin)
        ? new Size(_shape.Height, _shape.Width)
        : new Size(_shape.Width, _shape.Height);

    private float[] Make(ReadOnlySpan<byte> pixels, int width, int height, SKEncodedOrigin origin, bool redIsFirst)
    {
        var (across, down) = PictureFile.IsTransposed(origin) ? (_shape.Height, _shape.Width) : (_shape.Width, _shape.Height);
        var resize = new PictureResizing(width, height, across, down, options.Resizing);
        var stored = resize.Apply(pixels, width);
        var upright = origin == SKEncodedOrigin.TopLeft ? stored : new byte[stored.Length];
        if (upright != stored)
            PictureFile.TurnUpright(stored, resize.Width, origin, upright);
        var (contentWidth, contentHeight) = (resize.Width, resize.Height);
        if (PictureFile.IsTransposed(origin))
            (contentWidth, contentHeight) = (contentHeight, contentWidth);
        return Scale(Pad(upright, contentWidth, contentHeight), redIsFirst);
    }

    /// <summary>Centers a picture in a transparent picture that has the size of the shape.</summary>
    private byte[] Pad(byte[] content, int width, int height)
    {
        if ((width, height) == (_shape.Width, _shape.Height))
            return content;
        var padded = new byte[_shape.Width * _shape.Height * PictureResizing.Channels];
        var (left, top, length) = ((_shape.Width - width) / 2, (_shape.Height - height) / 2, width * PictureResizing.Channels);
        for (var y = 0; y < height; y++)
            content.AsSpan(y * length, length).CopyTo(padded.AsSpan(((y + top) * _shape.Width + left) * PictureResizing.Channels));
        return padded;
    }

    private float[] Scale(byte[] pixels, bool redIsFirst)
    {
        var colors = _shape.Channels == 1 && !IsGray(pixels) ? MakeGray(pixels, redIsFirst) : pixels;
        var plane = _shape.Height * _shape.Width;
        var values = new float[_shape.Size];
        for (var channel = 0; channel < _shape.Channels; channel++)
        {
            var color = redIsFirst ? channel : 2 - channel;
            for (var i = 0; i < plane; i++)
            {
                // Opaque pixels keep their exact value. The colors are already premultiplied by alpha.
                var seen = byte.MaxValue - pixels[i * PictureResizing.Channels + 3];
                var behind = (_background[channel] * seen + byte.MaxValue / 2) / byte.MaxValue;
                var value = Math.Min(byte.MaxValue, colors[i * PictureResizing.Channels + color] + behind);
                values[channel * plane + i] = ByteValues.InUnitRange[options.Invert ? byte.MaxValue - value : value];
            }
        }
        return values;
    }

    /// <summary>Determines whether a picture is already gray: it is opaque, and red, green and blue are equal.</summary>
    private static bool IsGray(byte[] pixels)
    {
        for (var i = 0; i < pixels.Length; i += PictureResizing.Channels)
            if (pixels[i] != pixels[i + 1] || pixels[i] != pixels[i + 2] || pixels[i + 3] != byte.MaxValue)
                return false;
        return true;
    }

    /// <summary>Converts colors to gray with Skia, as ML.NET does, so that the values are equal bit for bit.</summary>
    private byte[] MakeGray(byte[] pixels, bool redIsFirst)
    {
        var type = redIsFirst ? SKColorType.Rgba8888 : SKColorType.Bgra8888;
        using var source = new SKBitmap(new SKImageInfo(_shape.Width, _shape.Height, type, SKAlphaType.Premul));
        Marshal.Copy(pixels, 0, source.GetPixels(), pixels.Length);
        using var gray = new SKBitmap(new SKImageInfo(_shape.Width, _shape.Height, type, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(gray);
        using var paint = new SKPaint { ColorFilter = Grayscale };
        canvas.DrawBitmap(source, 0, 0, paint);
        return gray.Bytes;
    }
}
