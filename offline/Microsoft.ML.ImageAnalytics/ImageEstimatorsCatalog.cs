using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML;

/// <summary>Estimators that load, change and take apart images.</summary>
public static class ImageEstimatorsCatalog
{
    public static ImageLoadingEstimator LoadImages(
        this TransformsCatalog catalog, string outputColumnName, string imageFolder, string inputColumnName = null) =>
        new(outputColumnName, inputColumnName ?? outputColumnName, imageFolder);

    public static ImageResizingEstimator ResizeImages(
        this TransformsCatalog catalog, string outputColumnName, int imageWidth, int imageHeight, string inputColumnName = null,
        ImageResizingEstimator.ResizingKind resizing = ImageResizingEstimator.ResizingKind.IsoCrop,
        ImageResizingEstimator.Anchor cropAnchor = ImageResizingEstimator.Anchor.Center) =>
        new(outputColumnName, inputColumnName ?? outputColumnName, new ResizeSettings(imageWidth, imageHeight, resizing, cropAnchor));

    public static ImageGrayscalingEstimator ConvertToGrayscale(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName = null) =>
        new(outputColumnName, inputColumnName ?? outputColumnName);

    /// <summary>Makes vectors of images: (value - offset) * scale of each colour. Bytes are neither offset nor scaled.</summary>
    public static ImagePixelExtractingEstimator ExtractPixels(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName = null,
        ImagePixelExtractingEstimator.ColorBits colorsToExtract = ImagePixelExtractingEstimator.ColorBits.Rgb,
        ImagePixelExtractingEstimator.ColorsOrder orderOfExtraction = ImagePixelExtractingEstimator.ColorsOrder.ARGB,
        bool interleavePixelColors = false, float offsetImage = 0, float scaleImage = 1, bool outputAsFloatArray = true) =>
        new(outputColumnName, inputColumnName ?? outputColumnName, new PixelLayout(colorsToExtract, orderOfExtraction, interleavePixelColors),
            // The package takes no notice of them either.
            outputAsFloatArray ? new PixelScale(offsetImage, scaleImage) : PixelScale.None, outputAsFloatArray);

    /// <summary>Makes images of vectors: value * scale - offset of each colour. Bytes are neither scaled nor offset.</summary>
    public static VectorToImageConvertingEstimator ConvertToImage(
        this TransformsCatalog catalog, int imageHeight, int imageWidth, string outputColumnName, string inputColumnName = null,
        ImagePixelExtractingEstimator.ColorBits colorsPresent = ImagePixelExtractingEstimator.ColorBits.Rgb,
        ImagePixelExtractingEstimator.ColorsOrder orderOfColors = ImagePixelExtractingEstimator.ColorsOrder.ARGB,
        bool interleavedColors = false, float scaleImage = 1, float offsetImage = 0,
        int defaultAlpha = 255, int defaultRed = 0, int defaultGreen = 0, int defaultBlue = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageHeight);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageWidth);
        return new(outputColumnName, inputColumnName ?? outputColumnName, new ImageDataViewType(imageHeight, imageWidth),
            new PixelLayout(colorsPresent, orderOfColors, interleavedColors), new PixelScale(offsetImage, scaleImage),
            new DefaultColors(defaultAlpha, defaultRed, defaultGreen, defaultBlue));
    }
}
