namespace Microsoft.ML.Png;

/// <summary>What the samples of a pixel are; the values are the file format's.</summary>
internal enum PngColorType
{
    Gray = 0,

    Rgb = 2,

    Palette = 3,

    GrayAlpha = 4,

    Rgba = 6,
}
