using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Images in the catalogs of an <see cref="MLContext"/>: data sets, files, augmentation and scores.</summary>
public static class ImageCatalog
{
    /// <summary>
    /// Loads Fashion-MNIST (Xiao, Rasul and Vollgraf 2017) as a view: Pixels, Vector&lt;Single, 784&gt; in [0, 1]; Label, a key of the
    /// class; LabelText, its name. The view can be shuffled, and holds the images as bytes.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="split">The 60,000 training images or the 10,000 test images.</param>
    /// <param name="directory">The folder with the four files; null for the usual places (see <see cref="FashionMnist.Locate"/>).</param>
    /// <param name="classNames">The classes wanted, in the order that their keys shall have; null for all ten.</param>
    /// <returns>The view.</returns>
    /// <exception cref="DirectoryNotFoundException">The data set is not there.</exception>
    /// <exception cref="InvalidDataException">A file is corrupt.</exception>
    /// <exception cref="ArgumentException">A class is unknown.</exception>
    /// <example>
    /// <code>
    /// var train = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train, classNames: ["Trouser", "Bag"]);
    /// </code>
    /// </example>
    public static IDataView LoadFromFashionMnist(
        this DataOperationsCatalog catalog, FashionMnistSplit split, string? directory = null, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        using var all = FashionMnist.Load(split, directory);
        if (classNames is null)
            return new ImageSetView(all);
        using var chosen = all.SelectClasses(classNames);
        return new ImageSetView(chosen);
    }

    /// <summary>Makes a view of a set of images: Pixels, Vector&lt;Single, C x H x W&gt; in [0, 1]; Label, a key of the class; LabelText, its name.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="images">The set; its bytes are copied.</param>
    /// <returns>The view.</returns>
    /// <example>
    /// <code>
    /// using var images = new ImageSet(pixels, labels, ["cat", "dog"]);   // uint8 [N, 3, 32, 32] and int64 [N]
    /// var view = ml.Data.LoadFromImageSet(images);
    /// </code>
    /// </example>
    public static IDataView LoadFromImageSet(this DataOperationsCatalog catalog, ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(images);
        return new ImageSetView(images);
    }

    /// <summary>
    /// Takes one of several parts of a view that follow each other, so that processes each score their own: all parts together are the view, in its
    /// order, and their sizes differ by one row at most. Nothing is copied or kept.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="input">The view; one that does not know its number of rows is passed through once to count them.</param>
    /// <param name="index">Which part, from 0.</param>
    /// <param name="count">How many parts there are.</param>
    /// <returns>The part, as a view.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such part.</exception>
    /// <example>
    /// <code>
    /// var mine = ml.Data.TakeShard(images, index: rank, count: ranks);
    /// </code>
    /// </example>
    public static IDataView TakeShard(this DataOperationsCatalog catalog, IDataView input, int index, int count)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (index < 0 || index >= count)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"Of {count} shards the index is 0 to {count - 1}.");
        var rows = input.GetRowCount() ?? CountRows();
        var (start, end) = ((long)((Int128)rows * index / count), (long)((Int128)rows * (index + 1) / count));
        // ML.NET skips and takes one row at least.
        if (start == end)
            return rows == 0 ? input : catalog.SkipRows(input, rows);
        return catalog.TakeRows(start == 0 ? input : catalog.SkipRows(input, start), end - start);

        long CountRows()
        {
            using var cursor = input.GetRowCursor([]);
            var counted = 0L;
            while (cursor.MoveNext())
                counted++;
            return counted;
        }
    }

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
    /// <exception cref="ArgumentException">The shape has another number of channels, a name is empty, or the folder does not exist.</exception>
    /// <example>
    /// <code>
    /// var load = ml.Transforms.LoadPixels("Pixels", "photographs", new ImageShape(1, 28, 28), "ImagePath");
    /// </code>
    /// </example>
    public static IEstimator<ITransformer> LoadPixels(
        this TransformsCatalog catalog, string outputColumnName, string? imageFolder, ImageShape shape, string? inputColumnName = null) =>
        LoadPixels(catalog, outputColumnName, imageFolder, inputColumnName, new PixelOptions { Shape = shape });

    /// <summary>Loads picture files as the pixels that autoencoders accept; for the rest as the other overload.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for pixels, Vector&lt;Single, C, H, W&gt; in [0, 1].</param>
    /// <param name="imageFolder">The folder that the paths start from, as in the other overload.</param>
    /// <param name="inputColumnName">The column of paths, Text; null for the output column's name.</param>
    /// <param name="options">How a picture becomes pixels; they are copied.</param>
    /// <returns>The estimator, which has nothing to learn.</returns>
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
        ArgumentNullException.ThrowIfNull(catalog);
        return new PixelLoadingEstimator(catalog.GetEnvironment(), outputColumnName, imageFolder, inputColumnName, options);
    }

    /// <summary>Makes the pixels that autoencoders accept from images in memory, as <c>LoadPixels</c> does from files.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for pixels, Vector&lt;Single, C, H, W&gt; in [0, 1].</param>
    /// <param name="shape">The shape of the pixels: one channel for gray or three for red, green and blue.</param>
    /// <param name="inputColumnName">
    /// The column of images, such as a property of type MLImage with the attribute ImageType, which has to name a size; images may have any.
    /// Null for the output column's name. Images of objects in memory stay yours: dispose them after the last pass.
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

    /// <summary>Makes the pixels that autoencoders accept from images in memory; for the rest as the other overload.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for pixels, Vector&lt;Single, C, H, W&gt; in [0, 1].</param>
    /// <param name="inputColumnName">The column of images, as in the other overload.</param>
    /// <param name="options">
    /// How an image becomes pixels; they are copied. <c>Upright</c> and <c>MaximumPixels</c> matter for files alone.
    /// </param>
    /// <returns>The estimator, which has nothing to learn.</returns>
    /// <exception cref="ArgumentException">An option is invalid, or a name is empty.</exception>
    /// <example>
    /// <code>
    /// var convert = ml.Transforms.ConvertToPixels(
    ///     "Pixels", "Photograph", new PixelOptions { Shape = new ImageShape(3, 64, 64), Resizing = ImageResizingEstimator.ResizingKind.IsoPad });
    /// </code>
    /// </example>
    public static IEstimator<ITransformer> ConvertToPixels(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, PixelOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new PixelConvertingEstimator(catalog.GetEnvironment(), outputColumnName, inputColumnName, options);
    }

    /// <summary>
    /// Makes of pixels in [0, 255] numbers in [0, 1], all by the same scale. <c>NormalizeMinMax</c> is not for images: it scales every pixel on
    /// its own, by the largest value that the training data have at that place.
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
    public static PixelScalingEstimator ScalePixels(this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null) =>
        ScalePixels(catalog, outputColumnName, inputColumnName, new PixelScalingEstimator.Options());

    /// <summary>Makes of pixels in [0, 255] numbers in [0, 1], all by the same scale; for the rest as the other overload.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for the numbers, a vector of Single of the input's size and slot names.</param>
    /// <param name="inputColumnName">The column of pixels, of vectors of Byte, Int32, Single or Double; null for the one above.</param>
    /// <param name="options">How they are scaled; they are copied.</param>
    /// <returns>The estimator, which has nothing to learn.</returns>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    /// <example>
    /// <code>
    /// var scale = ml.Transforms.ScalePixels("Pixels", "Bytes", new PixelScalingEstimator.Options { Invert = true });
    /// </code>
    /// </example>
    public static PixelScalingEstimator ScalePixels(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, PixelScalingEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new PixelScalingEstimator(outputColumnName, inputColumnName, options);
    }

    /// <summary>
    /// Draws images of vectors, such as reconstructions or error maps: <c>MLImage.Save</c> writes them to files. Values are rounded to the
    /// nearest of 256 levels, those outside of [0, 1] to the nearest within.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">
    /// The column for images, opaque, of one height and width, which the column's type says where the shape is given.
    /// </param>
    /// <param name="inputColumnName">The column of vectors of Single: a plane of gray, or planes of red, green and blue; null for the one above.</param>
    /// <param name="shape">The shape of the images; null to tell it from the input column's type (see <see cref="ImageDrawingEstimator.Options.Shape"/>).</param>
    /// <returns>The estimator. A cursor of its transformer throws <see cref="InvalidOperationException"/> where a value is not a number.</returns>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    /// <example>
    /// <code>
    /// var draw = ml.Transforms.DrawImages("Picture", "Reconstruction", new ImageShape(1, 28, 28));
    /// </code>
    /// </example>
    public static ImageDrawingEstimator DrawImages(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, ImageShape? shape = null) =>
        DrawImages(catalog, outputColumnName, inputColumnName, new ImageDrawingEstimator.Options { Shape = shape });

    /// <summary>Draws images of vectors; for the rest as the other overload.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for images, opaque, of one height and width.</param>
    /// <param name="inputColumnName">The column of vectors of Single: a plane of gray, or planes of red, green and blue; null for the one above.</param>
    /// <param name="options">How they are drawn; they are copied.</param>
    /// <returns>The estimator. A cursor of its transformer throws <see cref="InvalidOperationException"/> where a value is not a number.</returns>
    /// <exception cref="ArgumentException">A name is empty, or the maximum is not above 0.</exception>
    /// <example>
    /// <code>
    /// var draw = ml.Transforms.DrawImages("HeatMap", "ErrorMap", new ImageDrawingEstimator.Options { MaximumValue = 0.25f });
    /// </code>
    /// </example>
    public static ImageDrawingEstimator DrawImages(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, ImageDrawingEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new ImageDrawingEstimator(outputColumnName, inputColumnName, options);
    }

    /// <summary>
    /// Makes of every row the row itself and rotated copies of it. Append it for training alone, with <c>TransformerScope.Training</c>:
    /// rows that are to be scored would be multiplied too. <c>CrossValidate</c> multiplies the rows that it holds out, whatever the scope.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for the original and the rotated images, of the input column's type and slot names.</param>
    /// <param name="inputColumnName">The column of images, a known-size vector of Single; null for the one above.</param>
    /// <param name="copies">How many rotated copies a row gets, 1 to 10,000.</param>
    /// <param name="degrees">The largest angle in degrees, 0 or more; angles are uniform in [-degrees, degrees], counter-clockwise.</param>
    /// <param name="seed">The seed of the angles; with it and its id a row gets the same ones every time. Null to draw one from the seed of the context.</param>
    /// <returns>The estimator, which has nothing to learn.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are no copies, or the angle is negative or no number.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.CopyColumns("Input", "Pixels")
    ///     .Append(ml.Transforms.RotateImages("Input", copies: 5), TransformerScope.Training)
    ///     .Append(ml.Transforms.ReconstructWithAutoencoder("Upright", "Input", targetColumnName: "Pixels"));
    /// </code>
    /// </example>
    public static ImageRotatingEstimator RotateImages(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, int copies = 5, double degrees = 180, int? seed = null) =>
        RotateImages(catalog, outputColumnName, inputColumnName, new ImageRotatingEstimator.Options { Copies = copies, Degrees = degrees, Seed = seed });

    /// <summary>Makes of every row rotated copies, beside the row itself or not; for the rest as the other overload.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for the original and the rotated images, of the input column's type and slot names.</param>
    /// <param name="inputColumnName">The column of images, a known-size vector of Single; null for the one above.</param>
    /// <param name="options">How they are rotated; they are copied.</param>
    /// <returns>The estimator, which has nothing to learn.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are no copies, or the angle is negative or no number.</exception>
    /// <example>
    /// <code>
    /// // One rotated image for each: a test set of rotated garments.
    /// var rotate = ml.Transforms.RotateImages("Pixels", null, new ImageRotatingEstimator.Options { Copies = 1, KeepOriginals = false, Seed = 7 });
    /// </code>
    /// </example>
    public static ImageRotatingEstimator RotateImages(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, ImageRotatingEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new ImageRotatingEstimator(catalog.GetEnvironment(), outputColumnName, inputColumnName, options);
    }

    /// <summary>Adds Gaussian noise to every value of an image and clamps the sums to [0, 1].</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for the noisy images, of the input column's type and slot names.</param>
    /// <param name="inputColumnName">The column of images, a vector of Single in [0, 1], of known size or not; null for the one above.</param>
    /// <param name="standardDeviation">The standard deviation of the noise before clamping, 0 or more.</param>
    /// <param name="seed">The seed of the noise; with it and its id a row gets the same noise every time. Null to draw one from the seed of the context.</param>
    /// <returns>The estimator, which has nothing to learn.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The standard deviation is negative or no number.</exception>
    /// <example>
    /// <code>
    /// var noisy = ml.Transforms.AddGaussianNoise("Noisy", "Pixels", standardDeviation: 0.4).Fit(test).Transform(test);
    /// </code>
    /// </example>
    public static NoiseAddingEstimator AddGaussianNoise(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, double standardDeviation = 0.25, int? seed = null) =>
        AddGaussianNoise(
            catalog, outputColumnName, inputColumnName, new NoiseAddingEstimator.Options { StandardDeviation = standardDeviation, Seed = seed });

    /// <summary>Adds Gaussian noise to every value of an image and clamps the sums to [0, 1].</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for the noisy images, of the input column's type and slot names.</param>
    /// <param name="inputColumnName">The column of images, a vector of Single in [0, 1], of known size or not; null for the one above.</param>
    /// <param name="options">How noise is added; they are copied.</param>
    /// <returns>The estimator, which has nothing to learn.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The standard deviation is negative or no number.</exception>
    /// <example>
    /// <code>
    /// var noise = ml.Transforms.AddGaussianNoise("Noisy", "Pixels", new NoiseAddingEstimator.Options { StandardDeviation = 0.4 });
    /// </code>
    /// </example>
    public static NoiseAddingEstimator AddGaussianNoise(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, NoiseAddingEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new NoiseAddingEstimator(catalog.GetEnvironment(), outputColumnName, inputColumnName, options);
    }

    /// <summary>Scores reconstructions against the images that they should be, row by row; each score where a column is named.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="targetColumnName">The column of images that they should be, a known-size vector of Single in [0, 1].</param>
    /// <param name="reconstructionColumnName">The column of reconstructions, of the same size and range.</param>
    /// <param name="mseColumnName">The column for the mean squared error, Single in [0, 1].</param>
    /// <param name="psnrColumnName">The column for the peak signal-to-noise ratio, Single, in decibels; infinite for equal images.</param>
    /// <param name="ssimColumnName">The column for the structural similarity (Wang et al. 2004, 11x11 Gaussian), Single in [-1, 1].</param>
    /// <param name="errorMapColumnName">The column for the squared error of every pixel, of the target column's type, in [0, 1].</param>
    /// <returns>The estimator, which has nothing to learn.</returns>
    /// <exception cref="ArgumentException">No score is asked for, or two of them have one name.</exception>
    /// <example>
    /// <code>
    /// var score = ml.Transforms.ScoreReconstruction("Pixels", "Decoded", mseColumnName: "Mse", ssimColumnName: "Ssim");
    /// </code>
    /// </example>
    public static ReconstructionScoringEstimator ScoreReconstruction(
        this TransformsCatalog catalog, string targetColumnName, string reconstructionColumnName, string? mseColumnName = null,
        string? psnrColumnName = null, string? ssimColumnName = null, string? errorMapColumnName = null) =>
        ScoreReconstruction(catalog, targetColumnName, reconstructionColumnName, new ReconstructionScoringEstimator.Options
        {
            MseColumnName = mseColumnName,
            PsnrColumnName = psnrColumnName,
            SsimColumnName = ssimColumnName,
            ErrorMapColumnName = errorMapColumnName,
        });

    /// <summary>Scores reconstructions against the images that they should be, row by row; each score where a column is named.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="targetColumnName">The column of images that they should be, a vector of Single in [0, 1].</param>
    /// <param name="reconstructionColumnName">The column of reconstructions, of the same size and range.</param>
    /// <param name="options">The columns for scores, and the shape of the images; they are copied.</param>
    /// <returns>The estimator, which has nothing to learn.</returns>
    /// <exception cref="ArgumentException">No score is asked for, or two of them have one name.</exception>
    /// <example>
    /// <code>
    /// var score = ml.Transforms.ScoreReconstruction("Pixels", "Decoded", new ReconstructionScoringEstimator.Options
    /// {
    ///     SsimColumnName = "Ssim",
    ///     Shape = new ImageShape(3, 32, 32),
    /// });
    /// </code>
    /// </example>
    public static ReconstructionScoringEstimator ScoreReconstruction(
        this TransformsCatalog catalog, string targetColumnName, string reconstructionColumnName, ReconstructionScoringEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new ReconstructionScoringEstimator(catalog.GetEnvironment(), targetColumnName, reconstructionColumnName, options);
    }
}
