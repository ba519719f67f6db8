using System.Drawing;
using System.Text.Json.Serialization;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet;

/// <summary>
/// The options of <c>LoadPixels</c>, <c>DecodePixels</c>, <c>ConvertToPixels</c> and <see cref="PixelReader"/>: how to convert a picture to
/// pixels.
/// </summary>
public sealed record PixelOptions
{
    /// <summary>Gets or sets the shape of the pixels: one channel for gray, or three for red, green and blue. It is required.</summary>
    public ImageShape Shape { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether each value v, gray or color, becomes 1 - v. Use it for dark garments on a light background:
    /// in Fashion-MNIST, garments are bright on black. The default is false.
    /// </summary>
    public bool Invert { get; set; }

    /// <summary>
    /// Gets or sets how to fit a picture with a different aspect ratio. The default, <c>IsoCrop</c>, crops the longer side equally at both
    /// ends. <c>IsoPad</c> pads the shorter side with <see cref="Background"/>. <c>Fill</c> distorts the picture. All three average areas
    /// of larger pictures, and interpolate smaller ones linearly.
    /// </summary>
    public ImageResizingEstimator.ResizingKind Resizing { get; set; } = ImageResizingEstimator.ResizingKind.IsoCrop;

    /// <summary>
    /// Gets or sets a value indicating whether a photograph (JPEG, WebP) is turned upright according to the EXIF orientation in its file.
    /// The default is true; with false its pixels are used as they are stored. A picture in memory has no stored orientation.
    /// </summary>
    public bool Upright { get; set; } = true;

    /// <summary>
    /// Gets or sets the color of the padding of <c>IsoPad</c> and behind transparent pixels, before <see cref="Invert"/> is applied. It
    /// must be opaque. The default is black. Set <see cref="Color.White"/> if some pictures have a transparent background and the others a
    /// white one.
    /// </summary>
    [JsonIgnore]
    public Color Background { get; set; } = Color.Black;

    /// <summary>
    /// Gets or sets the maximum number of pixels in a file, 1 to 500,000,000. The default is 100,000,000. A picture with more pixels causes
    /// an exception when its header has been read, before it is decoded. Decoding needs 4 bytes per pixel.
    /// </summary>
    public int MaximumPixels { get; set; } = 100_000_000;

    /// <summary>
    /// Gets or sets the name of the column to add that is true if the row's picture could be read, Boolean. If the name is set, an
    /// unreadable picture does not cause an exception. Its pixels are NaN, so <c>ml.Data.FilterRowsByMissingValues</c> can remove the row.
    /// The default is null.
    /// </summary>
    public string? ReadableColumnName { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether a view skips rows whose picture cannot be read, so that training continues without them. The
    /// log contains a warning for each of these rows. A prediction engine cannot skip its only row, so its pixels are NaN. The default is
    /// false.
    /// </summary>
    public bool SkipUnreadable { get; set; }

    /// <summary>Gets or sets the background in model files, as the number 0xAARRGGBB.</summary>
    [JsonInclude]
    internal int BackgroundArgb { get => Background.ToArgb(); set => Background = Color.FromArgb(value); }
}
