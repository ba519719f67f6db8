using System.Buffers.Binary;
using Microsoft.ML.Images;

namespace Microsoft.ML.Png;

/// <summary>Makes premultiplied Bgra32 of the rows of a PNG.</summary>
internal sealed class PngPixelConverter
{
    private readonly PngHeader _header;
    private readonly byte[] _palette;
    private readonly byte[] _alphas;

    /// <summary>The samples that mark a transparent pixel; no sample is -1.</summary>
    private readonly int[] _transparent = [-1, -1, -1];

    public PngPixelConverter(PngParts parts)
    {
        _header = parts.Header;
        _palette = parts.Palette;
        _alphas = _header.ColorType == PngColorType.Palette ? parts.Transparency ?? [] : [];
        if (parts.Transparency is not null && _header.ColorType is PngColorType.Gray or PngColorType.Rgb)
            for (var i = 0; i < _header.Channels; i++)
                _transparent[i] = BinaryPrimitives.ReadUInt16BigEndian(parts.Transparency.AsSpan(2 * i)) & ((1 << _header.Depth) - 1);
    }

    /// <summary>Converts a row's samples into every <paramref name="step"/>th pixel.</summary>
    public void Convert(ReadOnlySpan<ushort> samples, Span<byte> pixels, int step)
    {
        var channels = _header.Channels;
        for (int from = 0, to = 0; from < samples.Length; from += channels, to += 4 * step)
            Convert(samples.Slice(from, channels), pixels.Slice(to, 4));
    }

    private void Convert(ReadOnlySpan<ushort> samples, Span<byte> pixel)
    {
        switch (_header.ColorType)
        {
            case PngColorType.Palette:
                var color = 3 * samples[0];
                // Skia would take the last colour.
                if (color >= _palette.Length)
                    throw new InvalidDataException($"the PNG is damaged: it has no colour {samples[0]} in its palette of {_palette.Length / 3}");
                var alpha = samples[0] < _alphas.Length ? _alphas[samples[0]] : (byte)255;
                Set(pixel, _palette[color], _palette[color + 1], _palette[color + 2], alpha);
                break;
            case PngColorType.Gray or PngColorType.GrayAlpha:
                var gray = ToByte(samples[0]);
                var isHidden = samples[0] == _transparent[0];
                Set(pixel, gray, gray, gray, samples.Length == 2 ? ToByte(samples[1]) : isHidden ? (byte)0 : (byte)255);
                break;
            default:
                var hidden = samples[0] == _transparent[0] && samples[1] == _transparent[1] && samples[2] == _transparent[2];
                var opacity = samples.Length == 4 ? ToByte(samples[3]) : hidden ? (byte)0 : (byte)255;
                Set(pixel, ToByte(samples[0]), ToByte(samples[1]), ToByte(samples[2]), opacity);
                break;
        }
    }

    private static void Set(Span<byte> pixel, byte red, byte green, byte blue, byte alpha)
    {
        pixel[0] = AlphaMultiplication.Multiply(blue, alpha);
        pixel[1] = AlphaMultiplication.Multiply(green, alpha);
        pixel[2] = AlphaMultiplication.Multiply(red, alpha);
        pixel[3] = alpha;
    }

    /// <summary>Scales to 0..255. Of 16 bits the high byte is taken, not the nearest: so does Skia.</summary>
    private byte ToByte(ushort sample) => _header.Depth switch
    {
        16 => (byte)(sample >> 8),
        8 => (byte)sample,
        var depth => (byte)(sample * 255 / ((1 << depth) - 1)),
    };
}
