using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using SkiaSharp;

namespace FashionAE.MLNet;

/// <summary>
/// Reads pixels of picture files outside of a pipeline, such as those that a service is sent: the same values that <c>LoadPixels</c> gives.
/// PNG, JPEG, WebP, BMP and GIF files are read, of an animation the first frame.
/// </summary>
/// <remarks>It can be used by several threads at once.</remarks>
/// <example>
/// <code>
/// app.MapPost("/encode", async (HttpRequest request) =>
/// {
///     using var body = new MemoryStream();
///     await request.Body.CopyToAsync(body);    // whose length the server limits
///     body.Position = 0;
///     float[] pixels = PixelReader.Read(body, new PixelOptions { Shape = new ImageShape(1, 28, 28), MaximumPixels = 4_000_000 });
///     return engine.Predict(new Garment { Pixels = pixels }).Code;
/// });
/// </code>
/// </example>
public static class PixelReader
{
    /// <summary>The highest value of <see cref="PixelOptions.MaximumPixels"/>: arrays hold no more bytes.</summary>
    internal const int MostPixels = 500_000_000;

    /// <summary>Reads the pixels of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How the picture becomes pixels.</param>
    /// <returns>The pixels, C x H x W numbers in [0, 1], plane by plane.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no picture, cut off or damaged, or too large; the message says which.</exception>
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    public static float[] Read(string path, PixelOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var maker = Maker(options);
        return Open(path, options.MaximumPixels, maker.Make);
    }

    /// <summary>Reads the pixels of a picture in a stream, from where it stands to its end. The stream stays open.</summary>
    /// <param name="stream">The stream, at the beginning of the picture; it need not seek. At most a gibibyte is read into memory.</param>
    /// <inheritdoc cref="Read(string, PixelOptions)" path="/param[@name='options']|/returns"/>
    /// <exception cref="InvalidDataException">It is no picture, cut off or damaged, or too large; the message says which.</exception>
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    public static float[] Read(Stream stream, PixelOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var maker = Maker(options);
        return Open(stream, "The picture", options.MaximumPixels, maker.Make);
    }

    /// <summary>Reads an image of full size, 8 bytes a pixel. Only the options <c>Upright</c> and <c>MaximumPixels</c> matter.</summary>
    /// <returns>The image; dispose it.</returns>
    /// <inheritdoc cref="Read(string, PixelOptions)"/>
    public static MLImage ReadImage(string path, PixelOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        CheckMaximum(options.MaximumPixels);
        return Open(path, options.MaximumPixels, codec =>
        {
            using var file = PictureFile.Decode(codec, target: null);
            var origin = options.Upright ? file.Origin : SKEncodedOrigin.TopLeft;
            var (width, height) = PictureFile.IsTransposed(origin) ? (file.Height, file.Width) : (file.Width, file.Height);
            var image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, file.Pixels);
            // In place: another copy of a large photograph would be hundreds of megabytes.
            if (origin != SKEncodedOrigin.TopLeft)
            {
                var turned = MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(image.Pixels), image.Pixels.Length);
                PictureFile.TurnUpright(file.Pixels, file.Width, origin, turned);
            }
            return image;
        });
    }

    /// <summary>Checks the options, and makes of them what makes pixels.</summary>
    internal static PixelMaker Maker(PixelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Shape is not { Channels: 1 or 3, Height: > 0, Width: > 0 })
            throw new ArgumentException(
                $"Images have one channel (gray) or three (red, green, blue) and at least one pixel, not {options.Shape}.",
                nameof(options));
        if (!Enum.IsDefined(options.Resizing))
            throw new ArgumentException($"Resizing is {options.Resizing}, which is not a defined value.", nameof(options));
        if (options.Background.A != byte.MaxValue)
            throw new ArgumentException($"Background is {options.Background.Name}: set an opaque color.", nameof(options));
        CheckMaximum(options.MaximumPixels);
        return new PixelMaker(options);
    }

    private static void CheckMaximum(int maximumPixels)
    {
        if (maximumPixels is < 1 or > MostPixels)
            throw new ArgumentException($"MaximumPixels is {maximumPixels}: set 1 to {MostPixels:N0}.");
    }

    /// <summary>Opens a picture file; errors of what is in it name it.</summary>
    internal static T Open<T>(string path, int maximumPixels, Func<SKCodec, T> use)
    {
        using var stream = AtomicFile.OpenRead(path);
        return Open(stream, $"'{path}'", maximumPixels, use);
    }

    /// <summary>Opens a picture in a stream; errors of what is in it call it by the name.</summary>
    internal static T Open<T>(Stream stream, string name, int maximumPixels, Func<SKCodec, T> use)
    {
        try
        {
            using var codec = PictureFile.Open(stream, maximumPixels);
            return use(codec);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{name} cannot be read: {e.Message}", e);
        }
    }
}
