using Microsoft.ML;

namespace FashionAE.MLNet;

public static partial class ImageCatalog
{
    /// <summary>
    /// Loads picture files as the pixels that autoencoders accept: decodes them (PNG, JPEG, WebP, BMP, GIF), turns photographs upright,
    /// resizes them, makes them gray where the shape has one channel, and scales the pixels to [0, 1]. Several files are decoded at the
    /// same time. A file with the pixels of a data set's image gives the same numbers to the bit.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for pixels, Vector&lt;Single, C, H, W&gt; in [0, 1].</param>
    /// <param name="imageFolder">
    /// The folder that the paths start from, which a saved model keeps as an absolute path; null or empty for absolute paths, or those from
    /// the current folder.
    /// </param>
    /// <param name="shape">The shape of the pixels: one channel for gray or three for red, green and blue.</param>
    /// <param name="inputColumnName">The column of paths, Text; null for the output column's name.</param>
    /// <returns>
    /// The estimator, which has nothing to learn. A cursor of its transformer throws, and names row and path, where a file is missing
    /// (<see cref="FileNotFoundException"/>), where it is not a picture, damaged or too large (<see cref="InvalidDataException"/>), or
    /// where a path is empty (<see cref="InvalidOperationException"/>); <see cref="PixelOptions"/> can skip such rows.
    /// </returns>
    /// <exception cref="ArgumentException">The shape has not 1 or 3 channels, a name is empty, or there is no such folder.</exception>
    /// <example>
    /// <code>
    /// var load = ml.Transforms.LoadPixels("Pixels", "photographs", new ImageShape(1, 28, 28), "ImagePath");
    /// </code>
    /// </example>
    public static IEstimator<ITransformer> LoadPixels(
        this TransformsCatalog catalog, string outputColumnName, string? imageFolder, ImageShape shape, string? inputColumnName = null) =>
        LoadPixels(catalog, outputColumnName, imageFolder, inputColumnName, new PixelOptions { Shape = shape });

    /// <inheritdoc cref="LoadPixels(TransformsCatalog, string, string?, ImageShape, string?)"/>
    /// <param name="options">How a picture becomes pixels; they are copied.</param>
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
            throw new ArgumentException($"There is no folder '{imageFolder}': create it first, or name another.", nameof(imageFolder));
        return new PixelEstimator(
            environment, new PixelLoading(outputColumnName, inputColumnName ?? outputColumnName, folder, options with { }));
    }

    /// <summary>
    /// Decodes pictures that a column holds as the bytes of their files (PNG, JPEG, WebP, BMP, GIF), such as those of a database or a
    /// queue, into the pixels that autoencoders accept. They have the values that <c>LoadPixels</c> gives for the same files, to the bit.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for pixels, Vector&lt;Single, C, H, W&gt; in [0, 1].</param>
    /// <param name="shape">The shape of the pixels: one channel for gray or three for red, green and blue.</param>
    /// <param name="inputColumnName">
    /// The column of bytes, a vector of Byte of any size, such as a property of type byte[]; null for the output column's name.
    /// </param>
    /// <returns>
    /// The estimator, which needs no training. A cursor of its transformer reads 32 rows ahead. It throws, and names the row, where the
    /// bytes are not a picture, or one that is damaged or too large (<see cref="InvalidDataException"/>), and where there are no bytes
    /// (<see cref="InvalidOperationException"/>); <see cref="PixelOptions"/> can skip such rows.
    /// </returns>
    /// <exception cref="ArgumentException">The shape has not 1 or 3 channels, or a name is empty.</exception>
    /// <example>
    /// <code>
    /// var decode = ml.Transforms.DecodePixels("Pixels", new ImageShape(1, 28, 28), "Png");
    /// </code>
    /// </example>
    public static IEstimator<ITransformer> DecodePixels(
        this TransformsCatalog catalog, string outputColumnName, ImageShape shape, string? inputColumnName = null) =>
        DecodePixels(catalog, outputColumnName, inputColumnName, new PixelOptions { Shape = shape });

    /// <inheritdoc cref="DecodePixels(TransformsCatalog, string, ImageShape, string?)"/>
    /// <param name="options">How a picture becomes pixels; they are copied.</param>
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

    /// <summary>Makes the pixels that autoencoders accept from images in memory, as <c>LoadPixels</c> does from files.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for pixels, Vector&lt;Single, C, H, W&gt; in [0, 1].</param>
    /// <param name="shape">The shape of the pixels: one channel for gray or three for red, green and blue.</param>
    /// <param name="inputColumnName">
    /// The column of images, such as a property of type MLImage with the attribute ImageType, which has to name a size; images may have
    /// any. Null for the output column's name. Images of objects in memory stay yours: dispose them after the last pass.
    /// </param>
    /// <returns>
    /// The estimator, which has nothing to learn. A cursor of its transformer throws <see cref="InvalidOperationException"/>, and names the
    /// row, where there is no image or one that has been disposed.
    /// </returns>
    /// <exception cref="ArgumentException">The shape has another number of channels, or a name is empty.</exception>
    /// <example>
    /// <code>
    /// var convert = ml.Transforms.ConvertToPixels("Pixels", new ImageShape(1, 28, 28), "Photograph");
    /// </code>
    /// </example>
    public static IEstimator<ITransformer> ConvertToPixels(
        this TransformsCatalog catalog, string outputColumnName, ImageShape shape, string? inputColumnName = null) =>
        ConvertToPixels(catalog, outputColumnName, inputColumnName, new PixelOptions { Shape = shape });

    /// <inheritdoc cref="ConvertToPixels(TransformsCatalog, string, ImageShape, string?)"/>
    /// <param name="options">How an image becomes pixels; copied. <c>Upright</c> and <c>MaximumPixels</c> matter for files alone.</param>
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
    /// Makes of pixels in [0, 255] numbers in [0, 1], all by the same scale. <c>NormalizeMinMax</c> is not for images: it scales every
    /// pixel on its own, by the largest value that the training data have at that place.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for the numbers, a vector of Single of the input's size and slot names.</param>
    /// <param name="inputColumnName">The column of pixels, of vectors of Byte, Int32, Single or Double; null for the one above.</param>
    /// <returns>The estimator, which has nothing to learn.</returns>
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
    /// <param name="options">How they are scaled; they are copied.</param>
    /// <example>
    /// <code>
    /// var scale = ml.Transforms.ScalePixels("Pixels", "Bytes", new PixelScalingEstimator.Options { Invert = true });
    /// </code>
    /// </example>
    public static PixelScalingEstimator ScalePixels(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, PixelScalingEstimator.Options options) =>
        new(EnvironmentFor(catalog, options), outputColumnName, inputColumnName, options);

    /// <summary>
    /// Draws images of vectors, such as reconstructions or error maps: <c>MLImage.Save</c> writes them to files. Values are rounded to the
    /// nearest of 256 levels, those outside of [0, 1] to the nearest within. An anomaly detector's error map needs no options: it is drawn
    /// in the colors of <see cref="DrawingColors.Heat"/>, and the pixel threshold is the middle of the scale.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for images, opaque; its type has their size where the shape is given.</param>
    /// <param name="inputColumnName">The column of vectors of Single, planes of gray or of red, green and blue; null for the above.</param>
    /// <param name="shape">The shape; null to use the input's type (see <see cref="ImageDrawingEstimator.Options.Shape"/>).</param>
    /// <returns>The estimator. Cursors of its transformer throw <see cref="InvalidOperationException"/> where a value is NaN.</returns>
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
    /// <param name="options">How they are drawn; they are copied.</param>
    /// <exception cref="ArgumentException">A name is empty, or the maximum is not above 0.</exception>
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
    /// Draws images with their errors over them: the image in gray, its error map as a translucent heat, whose opacity grows with the
    /// error, and the outline of the marked pixels. Use it to see where an anomaly detector found something.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for pictures, MLImage, opaque; its type has their size where the shape is given.</param>
    /// <param name="imageColumnName">The column of images, Vector&lt;Single, C, H, W&gt; in [0, 1], of one channel or three.</param>
    /// <param name="errorMapColumnName">
    /// The column of error maps, vectors of Single: H x W values, or C x H x W, whose mean over the channels is drawn. A detector's needs
    /// no options; others need <see cref="OverlayDrawingEstimator.Options.MaximumValue"/>.
    /// </param>
    /// <param name="maskColumnName">
    /// The column of masks whose outline is drawn: vectors of H x W values, Boolean or Single (above 0.5 is marked). Null, the default, to
    /// mark errors above the pixel threshold, which the annotation PixelThreshold of a detector's error map says; no pixel is marked where
    /// there is no such annotation.
    /// </param>
    /// <returns>
    /// The estimator, which needs no training. An image whose error map has a NaN is drawn without heat in a frame; a NaN in an image is
    /// black.
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
    /// <param name="options">How they are drawn; they are copied.</param>
    /// <exception cref="ArgumentException">A name is empty, or an option is out of its range.</exception>
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
