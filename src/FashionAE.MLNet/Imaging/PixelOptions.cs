using System.Drawing;
using System.Text.Json.Serialization;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet;

/// <summary>
/// The options of <c>LoadPixels</c>, <c>DecodePixels</c>, <c>ConvertToPixels</c> and <see cref="PixelReader"/>: how a picture becomes
/// pixels.
/// </summary>
public sealed record PixelOptions
{
    /// <summary>Gets or sets the shape of the pixels: one channel for gray or three for red, green and blue. It must be set.</summary>
    public ImageShape Shape { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether every v, gray or color, becomes 1 - v: for dark garments on a light ground, where
    /// Fashion-MNIST has bright ones on black. False unless set.
    /// </summary>
    public bool Invert { get; set; }

    /// <summary>
    /// Gets or sets how a picture of other proportions is fitted; <c>IsoCrop</c> unless set. <c>IsoCrop</c> cuts off what is too long, the
    /// same on both sides. <c>IsoPad</c> fills up what is too short with <see cref="Background"/>. <c>Fill</c> distorts. All three average
    /// the area of larger pictures, and interpolate smaller ones linearly.
    /// </summary>
    public ImageResizingEstimator.ResizingKind Resizing { get; set; } = ImageResizingEstimator.ResizingKind.IsoCrop;

    /// <summary>
    /// Gets or sets a value indicating whether a photograph (JPEG, WebP) is turned upright as the orientation in its file says (EXIF). True
    /// unless set; with false its pixels are taken as they are stored. A picture in memory has no stored orientation.
    /// </summary>
    public bool Upright { get; set; } = true;

    /// <summary>
    /// Gets or sets the color behind transparent pixels and of the padding of <c>IsoPad</c>, before <see cref="Invert"/>; opaque. Black
    /// unless set. Set <see cref="Color.White"/> for cut-outs if the other pictures have a white ground.
    /// </summary>
    [JsonIgnore]
    public Color Background { get; set; } = Color.Black;

    /// <summary>
    /// Gets or sets the largest number of pixels that a file may have, 1 to 500,000,000; 100,000,000 unless set. A larger picture is
    /// refused by its header, before it is decoded: decoding takes 4 bytes a pixel.
    /// </summary>
    public int MaximumPixels { get; set; } = 100_000_000;

    /// <summary>
    /// Gets or sets the name of a column, Boolean, that says whether the row's picture could be read. If it is set, an unreadable picture
    /// throws no exception: its pixels are NaN, so that <c>ml.Data.FilterRowsByMissingValues</c> drops the row. Null unless set.
    /// </summary>
    public string? ReadableColumnName { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether a view leaves out rows whose picture cannot be read, so that training goes on without them.
    /// The log names each of them. A prediction engine, which cannot leave out its only row, gives NaN. False unless set.
    /// </summary>
    public bool SkipUnreadable { get; set; }

    /// <summary>Gets or sets the background as model files keep it, the number 0xAARRGGBB.</summary>
    [JsonInclude]
    internal int BackgroundArgb { get => Background.ToArgb(); set => Background = Color.FromArgb(value); }
}
