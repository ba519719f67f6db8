using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using SkiaSharp;

namespace FashionAE.MLNet;

/// <summary>
/// Reads image files as pixels outside a pipeline, for example the uploads of a web service. The values equal those of
/// <c>LoadPixels</c>. The formats are PNG, JPEG, WebP, BMP and GIF; of an animation, the first frame is read.
/// </summary>
/// <remarks>The methods are thread-safe.</remarks>
/// <example>
/// <code>
/// app.MapPost("/encode", async (HttpRequest request) =>
/// {
///     using var body = new MemoryStream();
///     await request.Body.CopyToAsync(body);    // the server limits its length
///     body.Position = 0;
///     float[] pixels = PixelReader.Read(body, new PixelOptions { Shape = new ImageShape(1, 28, 28), MaximumPixels = 4_000_000 });
///     return engine.Predict(new Garment { Pixels = pixels }).Code;
/// });
/// </code>
/// </example>
public static class PixelReader
{
    /// <summary>
    /// The highest value of <see cref="PixelOptions.MaximumPixels"/>. The bytes of more pixels would not fit in an array.
    /// </summary>
    internal const int MostPixels = 500_000_000;

    /// <summary>Reads the pixels of a file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="options">The options for converting the picture to pixels.</param>
    /// <returns>The pixels: C x H x W values in [0, 1], plane by plane.</returns>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is not an image, is truncated or damaged, or is too large. The message contains the reason.
    /// </exception>
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    public static float[] Read(string path, PixelOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var maker = Maker(options);
        return Open(path, options.MaximumPixels, maker.Make);
    }

    /// <summary>Reads the pixels of a picture in a stream, from its current position to its end. The stream stays open.</summary>
    /// <param name="stream">
    /// The stream, positioned at the beginning of the picture. It does not need to support seeking. At most 1 GiB is read into memory.
    /// </param>
    /// <inheritdoc cref="Read(string, PixelOptions)" path="/*[self::returns or @name='options']"/>
    /// <exception cref="InvalidDataException">
    /// The content of the stream is not an image, is truncated or damaged, or is too large. The message contains the reason.
    /// </exception>
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    public static float[] Read(Stream stream, PixelOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var maker = Maker(options);
        return Open(stream, "The picture", options.MaximumPixels, maker.Make);
    }

    /// <summary>
    /// Reads an image in its full size, which needs 8 bytes per pixel. Only the options <c>Upright</c> and <c>MaximumPixels</c> are used.
    /// </summary>
    /// <returns>The image. The caller disposes it.</returns>
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
            // Write the upright pixels into the image: another copy of a large photograph would need hundreds of megabytes.
            if (origin != SKEncodedOrigin.TopLeft)
            {
                var turned = MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(image.Pixels), image.Pixels.Length);
                PictureFile.TurnUpright(file.Pixels, file.Width, origin, turned);
            }
            return image;
        });
    }

    /// <summary>Checks the options and creates the converter.</summary>
    internal static PixelMaker Maker(PixelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Shape is not { Channels: 1 or 3, Height: > 0, Width: > 0 })
            throw new ArgumentException(
                $"Shape is {options.Shape}: images must have one channel (gray) or three (red, green, blue) and at least one pixel.",
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

    /// <summary>Opens an image file. Exceptions about its content contain the path.</summary>
    internal static T Open<T>(string path, int maximumPixels, Func<SKCodec, T> use)
    {
        using var stream = AtomicFile.OpenRead(path);
        return Open(stream, $"'{path}'", maximumPixels, use);
    }

    /// <summary>Opens an image in a stream. Exceptions about its content contain the given name.</summary>
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
