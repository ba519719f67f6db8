using FashionAE.MLNet.Imaging;
using FashionAE.Torch.Data;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet;

public static partial class AutoencoderCatalog
{
    /// <summary>
    /// Loads image files and makes of them what autoencoders take: LoadImages, ResizeImages, ConvertToGrayscale (where the shape has one
    /// channel), ExtractPixels, and a division by 255, so that a file with the pixels of a data set's image gives the same numbers to the
    /// bit.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for pixels, Vector&lt;Single, C, H, W&gt; in [0, 1].</param>
    /// <param name="inputColumnName">The column of paths, Text.</param>
    /// <param name="imageFolder">
    /// The folder that the paths start from, which a saved model keeps as an absolute path; null or empty for absolute paths, or those from
    /// the current folder.
    /// </param>
    /// <param name="shape">The shape that images get: one channel for gray or three for red, green and blue.</param>
    /// <param name="invert">
    /// True to take 1 - v for every v, gray or colour: for dark garments on a light ground, where Fashion-MNIST has bright ones on black.
    /// </param>
    /// <param name="resizing">
    /// How images of other proportions are fitted; padding is black before it is inverted. IsoCrop and IsoPad average the pixels of larger
    /// images, Fill takes the nearest ones.
    /// </param>
    /// <returns>
    /// The estimator. A cursor of its transformer throws what <c>LoadImages</c> throws where a file is missing
    /// (<see cref="FileNotFoundException"/>) or no image (<see cref="ArgumentException"/>, without its name), and
    /// <see cref="InvalidOperationException"/> where a path is empty.
    /// </returns>
    /// <exception cref="ArgumentException">The shape has another number of channels, a name is empty, or the folder does not exist.</exception>
    public static IEstimator<ITransformer> ImagesToPixels(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName, string? imageFolder, ImageShape shape, bool invert = false,
        ImageResizingEstimator.ResizingKind resizing = ImageResizingEstimator.ResizingKind.IsoCrop)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        return catalog.LoadImages(outputColumnName, imageFolder ?? "", inputColumnName)
            .Append(catalog.ImagesToPixels(outputColumnName, outputColumnName, shape, invert, resizing));
    }

    /// <summary>Makes of images that are loaded already what autoencoders take; for the rest as the other overload.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for pixels, Vector&lt;Single, C, H, W&gt; in [0, 1].</param>
    /// <param name="inputColumnName">
    /// The column of images, such as a property of type MLImage with the attribute ImageType, which has to name a size; images may have any.
    /// ML.NET's steps dispose those that have the size of the shape, which can thus be read once.
    /// </param>
    /// <param name="shape">The shape that images get: one channel for gray or three for red, green and blue.</param>
    /// <param name="invert">True to take 1 - v for every v.</param>
    /// <param name="resizing">How images are fitted, as in the other overload.</param>
    /// <returns>The estimator. A cursor of its transformer throws <see cref="InvalidOperationException"/> where a row has no image.</returns>
    /// <exception cref="ArgumentException">The shape has another number of channels, or a name is empty.</exception>
    public static IEstimator<ITransformer> ImagesToPixels(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName, ImageShape shape, bool invert = false,
        ImageResizingEstimator.ResizingKind resizing = ImageResizingEstimator.ResizingKind.IsoCrop)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        if (shape is not { Channels: 1 or 3, Height: > 0, Width: > 0 })
            throw new ArgumentException($"Images have one channel (gray) or three (red, green, blue) and at least one pixel, not {shape}.", nameof(shape));
        var colours = shape.Channels == 1 ? ImagePixelExtractingEstimator.ColorBits.Red : ImagePixelExtractingEstimator.ColorBits.Rgb;
        IEstimator<ITransformer> images = catalog.ResizeImages(outputColumnName, shape.Width, shape.Height, inputColumnName, resizing);
        if (shape.Channels == 1)
            images = images.Append(catalog.ConvertToGrayscale(outputColumnName));
        return images
            .Append(catalog.ExtractPixels(outputColumnName, colorsToExtract: colours, outputAsFloatArray: false))
            .Append(new PixelScalingEstimator(new PixelScalingSettings(outputColumnName, outputColumnName, invert)));
    }

    /// <summary>
    /// Makes images of vectors, such as reconstructions: <c>MLImage.Save</c> writes them to files. Values are rounded to the nearest of 256
    /// levels, those outside of [0, 1] to the nearest within.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">
    /// The column for images, opaque, of one height and width, which the column's type says where the shape is given.
    /// </param>
    /// <param name="inputColumnName">The column of vectors of Single: a plane of gray, or planes of red, green and blue.</param>
    /// <param name="shape">
    /// The shape of the images; null to tell it from the input column's type, where that has a size. Give it where <c>ExtractPixels</c> or a
    /// row class with the attribute ImageType reads the images: they want a type with a size.
    /// </param>
    /// <returns>The estimator. A cursor of its transformer throws <see cref="InvalidOperationException"/> where a value is not a number.</returns>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static IEstimator<ITransformer> PixelsToImages(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName, ImageShape? shape = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        return new ImageDrawingEstimator(new ImageDrawingSettings(outputColumnName, inputColumnName, shape));
    }
}
