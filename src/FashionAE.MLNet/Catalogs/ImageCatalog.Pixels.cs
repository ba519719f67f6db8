using Microsoft.ML;

namespace FashionAE.MLNet;

public static partial class ImageCatalog
{
    /// <summary>
    /// Loads image files as pixels for an autoencoder. It decodes PNG, JPEG, WebP, BMP and GIF files, turns photographs upright, resizes
    /// them, and scales the pixels to [0, 1]. If the shape has one channel, it converts them to gray.
    /// </summary>
    /// <remarks>
    /// Several files are decoded at the same time. If a file contains the pixels of an image of a data set, its values equal those of the
    /// data set, bit for bit.
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for pixels, Vector&lt;Single, C, H, W&gt; in [0, 1].</param>
    /// <param name="imageFolder">
    /// The folder that the paths are relative to; a saved model stores it as an absolute path. Null or empty if the paths are absolute or
    /// relative to the current directory.
    /// </param>
    /// <param name="shape">The shape of the pixels: one channel for gray, or three for red, green and blue.</param>
    /// <param name="inputColumnName">The column of paths, Text; null to use <paramref name="outputColumnName"/>.</param>
    /// <returns>
    /// The estimator. It needs no training. Cursors of its transformer throw <see cref="FileNotFoundException"/> if a file is missing, and
    /// <see cref="InvalidDataException"/> if it is not an image, is damaged or too large. They throw <see cref="IOException"/> if a file
    /// cannot be read for another reason, and <see cref="InvalidOperationException"/> if the path is empty. The message contains the row
    /// and, if there is one, the path. Set <see cref="PixelOptions.SkipUnreadable"/> to skip such rows instead.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The shape does not have 1 or 3 channels, a name is empty, or the folder does not exist.
    /// </exception>
    /// <example>
    /// <code>
    /// var load = ml.Transforms.LoadPixels("Pixels", "photographs", new ImageShape(1, 28, 28), "ImagePath");
    /// </code>
    /// </example>
    public static IEstimator<ITransformer> LoadPixels(
        this TransformsCatalog catalog, string outputColumnName, string? imageFolder, ImageShape shape, string? inputColumnName = null) =>
        LoadPixels(catalog, outputColumnName, imageFolder, inputColumnName, new PixelOptions { Shape = shape });

    /// <inheritdoc cref="LoadPixels(TransformsCatalog, string, string?, ImageShape, string?)"/>
    /// <param name="options">The options for converting a picture to pixels; they are copied.</param>
    /// <exception cref="ArgumentException">An option is invalid, a name is empty, or the folder does not exist.</exception>
    /// <example>
    /// <code>
    /// var load = ml.Transforms.LoadPixels(
    ///     "Pixels", "photographs", "ImagePath", new PixelOptions { Shape = new ImageShape(1, 28, 28), SkipUnreadable = true });
    /// </code>
    /// </example>
    public static IEstimator<ITransformer> LoadPixels(
        this TransformsCatalog catalog, string outputColumnName, string? imageFolder, string? inputColumnName, PixelOptions options)
    {
        var environment = EnvironmentFor(catalog, options);
        var folder = string.IsNullOrEmpty(imageFolder) ? null : Path.GetFullPath(imageFolder);
        if (folder is not null && !Directory.Exists(folder))
            throw new ArgumentException($"The folder '{imageFolder}' does not exist: create it, or pass another one.", nameof(imageFolder));
        return new PixelEstimator(
            environment, new PixelLoading(outputColumnName, inputColumnName ?? outputColumnName, folder, options with { }));
    }

    /// <summary>
    /// Decodes image files that a column holds as bytes, for example from a database or a queue, to pixels for an autoencoder. The formats
    /// are PNG, JPEG, WebP, BMP and GIF. The values equal those of <c>LoadPixels</c> for the same files, bit for bit.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for pixels, Vector&lt;Single, C, H, W&gt; in [0, 1].</param>
    /// <param name="shape">The shape of the pixels: one channel for gray, or three for red, green and blue.</param>
    /// <param name="inputColumnName">
    /// The column of bytes, a vector of Byte of any size, such as a property of type byte[]; null to use
    /// <paramref name="outputColumnName"/>.
    /// </param>
    /// <returns>
    /// The estimator. It needs no training. Cursors of its transformer read 32 rows ahead. They throw <see cref="InvalidDataException"/> if
    /// the bytes are not an image, or if the image is damaged or too large. They throw <see cref="InvalidOperationException"/> if there are
    /// no bytes. The message names the row. Set <see cref="PixelOptions.SkipUnreadable"/> to skip such rows instead.
    /// </returns>
    /// <exception cref="ArgumentException">The shape does not have 1 or 3 channels, or a name is empty.</exception>
    /// <example>
    /// <code>
    /// var decode = ml.Transforms.DecodePixels("Pixels", new ImageShape(1, 28, 28), "Png");
    /// </code>
    /// </example>
    public static IEstimator<ITransformer> DecodePixels(
        this TransformsCatalog catalog, string outputColumnName, ImageShape shape, string? inputColumnName = null) =>
        DecodePixels(catalog, outputColumnName, inputColumnName, new PixelOptions { Shape = shape });

    /// <inheritdoc cref="DecodePixels(TransformsCatalog, string, ImageShape, string?)"/>
    /// <param name="options">The options for converting a picture to pixels; they are copied.</param>
    /// <exception cref="ArgumentException">An option is invalid, or a name is empty.</exception>
    /// <example>
    /// <code>
    /// var decode = ml.Transforms.DecodePixels(
    ///     "Pixels", "Png", new PixelOptions { Shape = new ImageShape(1, 28, 28), MaximumPixels = 4_000_000, SkipUnreadable = true });
    /// </code>
    /// </example>
    public static IEstimator<ITransformer> DecodePixels(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, PixelOptions options) => new PixelEstimator(
            EnvironmentFor(catalog, options), new PixelDecoding(outputColumnName, inputColumnName ?? outputColumnName, options with { }));

    /// <summary>Converts images in memory to pixels for an autoencoder, as <c>LoadPixels</c> does for files.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for pixels, Vector&lt;Single, C, H, W&gt; in [0, 1].</param>
    /// <param name="shape">The shape of the pixels: one channel for gray, or three for red, green and blue.</param>
    /// <param name="inputColumnName">
    /// The column of images, such as a property of type MLImage with the attribute ImageType. That attribute requires a size, but the
    /// images may have any size. Null to use <paramref name="outputColumnName"/>. The transformer does not dispose the images of your
    /// objects: dispose them after the last pass.
    /// </param>
    /// <returns>
    /// The estimator. It needs no training. Cursors of its transformer throw <see cref="InvalidOperationException"/> if an image is missing
    /// or has been disposed. The message names the row.
    /// </returns>
    /// <exception cref="ArgumentException">The shape does not have 1 or 3 channels, or a name is empty.</exception>
    /// <example>
    /// <code>
    /// var convert = ml.Transforms.ConvertToPixels("Pixels", new ImageShape(1, 28, 28), "Photograph");
    /// </code>
    /// </example>
    public static IEstimator<ITransformer> ConvertToPixels(
        this TransformsCatalog catalog, string outputColumnName, ImageShape shape, string? inputColumnName = null) =>
        ConvertToPixels(catalog, outputColumnName, inputColumnName, new PixelOptions { Shape = shape });

    /// <inheritdoc cref="ConvertToPixels(TransformsCatalog, string, ImageShape, string?)"/>
    /// <param name="options">
    /// The options for converting an image to pixels; they are copied. <c>Upright</c> and <c>MaximumPixels</c> apply only to files.
    /// </param>
    /// <exception cref="ArgumentException">An option is invalid, or a name is empty.</exception>
    /// <example>
    /// <code>
    /// var convert = ml.Transforms.ConvertToPixels(
    ///     "Pixels", "Photograph", new PixelOptions { Shape = new ImageShape(3, 64, 64), Background = Color.White });
    /// </code>
    /// </example>
    public static IEstimator<ITransformer> ConvertToPixels(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, PixelOptions options) => new PixelEstimator(
            EnvironmentFor(catalog, options), new PixelConverting(outputColumnName, inputColumnName ?? outputColumnName, options with { }));

    /// <summary>
    /// Scales pixels from [0, 255] to [0, 1]. Use it instead of <c>NormalizeMinMax</c>, which scales each pixel separately by the largest
    /// training value at that position.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for scaled pixels, vectors of Single with the size and slot names of the input.</param>
    /// <param name="inputColumnName">
    /// The column of pixels, vectors of Byte, Int32, Single or Double; null to use <paramref name="outputColumnName"/>.
    /// </param>
    /// <returns>The estimator. It needs no training.</returns>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.ScalePixels("Pixels").Append(ml.Transforms.EncodeWithAutoencoder("Code", "Pixels"));
    /// </code>
    /// </example>
    public static PixelScalingEstimator ScalePixels(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null) =>
        ScalePixels(catalog, outputColumnName, inputColumnName, new PixelScalingEstimator.Options());

    /// <inheritdoc cref="ScalePixels(TransformsCatalog, string, string?)"/>
    /// <param name="options">The options for scaling; they are copied.</param>
    /// <example>
    /// <code>
    /// var scale = ml.Transforms.ScalePixels("Pixels", "Bytes", new PixelScalingEstimator.Options { Invert = true });
    /// </code>
    /// </example>
    public static PixelScalingEstimator ScalePixels(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, PixelScalingEstimator.Options options) =>
        new(EnvironmentFor(catalog, options), outputColumnName, inputColumnName, options);

    /// <summary>
    /// Draws vectors, such as reconstructions or error maps, as images. <c>MLImage.Save</c> writes such an image to a file.
    /// </summary>
    /// <remarks>
    /// Values are clamped to [0, 1] and rounded to the nearest of 256 levels. The error map of an anomaly detector needs no options: it is
    /// drawn in the colors of <see cref="DrawingColors.Heat"/>, with the pixel threshold in the middle of the scale.
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">
    /// The column for images (MLImage). The images are opaque. The type of the column has a size only if you specify the shape.
    /// </param>
    /// <param name="inputColumnName">
    /// The column of vectors of Single: one plane of gray, or planes of red, green and blue. Null to use
    /// <paramref name="outputColumnName"/>.
    /// </param>
    /// <param name="shape">
    /// The shape; null to read it from the type of the input (see <see cref="ImageDrawingEstimator.Options.Shape"/>).
    /// </param>
    /// <returns>The estimator. Cursors of its transformer throw <see cref="InvalidOperationException"/> if a value is NaN.</returns>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    /// <example>
    /// <code>
    /// var draw = ml.Transforms.DrawImages("Picture", "Reconstruction", new ImageShape(1, 28, 28));
    /// </code>
    /// </example>
    public static ImageDrawingEstimator DrawImages(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, ImageShape? shape = null) =>
        DrawImages(catalog, outputColumnName, inputColumnName, new ImageDrawingEstimator.Options { Shape = shape });

    /// <inheritdoc cref="DrawImages(TransformsCatalog, string, string?, ImageShape?)"/>
    /// <param name="options">The options for drawing; they are copied.</param>
    /// <exception cref="ArgumentException">A name is empty, or the maximum is not greater than 0.</exception>
    /// <example>
    /// <code>
    /// var draw = ml.Transforms.DrawImages(
    ///     "HeatMap", "ErrorMap", new ImageDrawingEstimator.Options { MaximumValue = 0.25f, Colors = DrawingColors.Heat });
    /// </code>
    /// </example>
    public static ImageDrawingEstimator DrawImages(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, ImageDrawingEstimator.Options options) =>
        new(EnvironmentFor(catalog, options), outputColumnName, inputColumnName, options);

    /// <summary>
    /// Draws images with their errors over them: the image in gray, the error map as a translucent heat layer that becomes more opaque
    /// with the error, and the outline of the marked pixels. Use it to see where an anomaly detector found something.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">
    /// The column for pictures (MLImage). The pictures are opaque. The type of the column has a size only if you specify the shape.
    /// </param>
    /// <param name="imageColumnName">The column of images, Vector&lt;Single, C, H, W&gt; in [0, 1], with one or three channels.</param>
    /// <param name="errorMapColumnName">
    /// The column of error maps, vectors of Single: H x W values, or C x H x W values whose mean over the channels is drawn. The error map
    /// of a detector needs no options; other maps require <see cref="OverlayDrawingEstimator.Options.MaximumValue"/>.
    /// </param>
    /// <param name="maskColumnName">
    /// The column of masks to outline: vectors of H x W values, Boolean or Single (a value above 0.5 marks a pixel). Null, the default,
    /// marks each pixel whose error is above the pixel threshold. The annotation PixelThreshold of a detector's error map contains this
    /// threshold. Without the annotation, no pixel is marked.
    /// </param>
    /// <returns>
    /// The estimator. It needs no training. If an error map contains a NaN, the image is drawn without the heat layer, and with a frame. A
    /// NaN in an image is drawn black.
    /// </returns>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    /// <example>
    /// <code>
    /// var draw = ml.Transforms.DrawOverlay("Overlay", "Pixels", "ErrorMap", "Mask");
    /// </code>
    /// </example>
    public static OverlayDrawingEstimator DrawOverlay(
        this TransformsCatalog catalog, string outputColumnName, string imageColumnName, string errorMapColumnName,
        string? maskColumnName = null) =>
        DrawOverlay(
            catalog, outputColumnName, imageColumnName, errorMapColumnName, maskColumnName, new OverlayDrawingEstimator.Options());

    /// <inheritdoc cref="DrawOverlay(TransformsCatalog, string, string, string, string?)"/>
    /// <param name="options">The options for drawing; they are copied.</param>
    /// <exception cref="ArgumentException">A name is empty, or an option is out of range.</exception>
    /// <example>
    /// <code>
    /// var draw = ml.Transforms.DrawOverlay(
    ///     "Overlay", "Pixels", "ErrorMap", null, new OverlayDrawingEstimator.Options { MaximumValue = 0.25f, Scale = 8 });
    /// </code>
    /// </example>
    public static OverlayDrawingEstimator DrawOverlay(
        this TransformsCatalog catalog, string outputColumnName, string imageColumnName, string errorMapColumnName,
        string? maskColumnName, OverlayDrawingEstimator.Options options) =>
        new(EnvironmentFor(catalog, options), outputColumnName, imageColumnName, errorMapColumnName, maskColumnName, options);
}
