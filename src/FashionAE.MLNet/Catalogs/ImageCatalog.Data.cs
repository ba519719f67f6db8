using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>
/// Adds methods for images to the catalogs of an <see cref="MLContext"/>: for data sets, files, augmentation, drawing and scores.
/// </summary>
public static partial class ImageCatalog
{
    /// <summary>
    /// Loads Fashion-MNIST (Xiao, Rasul and Vollgraf 2017) as a view. Its columns are Pixels, Vector&lt;Single, 784&gt; in [0, 1]; Label,
    /// the class as a key; and LabelText, the name of the class. The view can be shuffled and holds the images as bytes.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="split">The 60,000 training images or the 10,000 test images.</param>
    /// <param name="directory">
    /// The folder with the four files; null for the default locations (see <see cref="FashionMnist.Locate"/>).
    /// </param>
    /// <param name="classNames">The classes to load, in the order of their keys; null for all ten.</param>
    /// <returns>The view.</returns>
    /// <exception cref="DirectoryNotFoundException">The data set was not found.</exception>
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
        using var chosen = classNames is null ? null : all.SelectClasses(classNames);
        return new ImageSetView(chosen ?? all);
    }

    /// <summary>
    /// Creates a view of images. Its columns are Pixels, Vector&lt;Single, C x H x W&gt; in [0, 1]; Label, the class as a key; and
    /// LabelText, the name of the class.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="images">
    /// The image set. You may dispose it afterwards. If it was read from files, the view uses the same bytes: if you write to
    /// <see cref="ImageSet.Images"/>, the view changes. If it was created from tensors, the view has its own copy.
    /// </param>
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
    /// Returns one of several consecutive parts of a view, for example to score each part in a separate process. Together, the parts
    /// contain all rows of the view in its order. Their sizes differ by at most one row. No rows are copied or cached.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="input">The view. If it does not know its number of rows, they are counted in one pass.</param>
    /// <param name="index">The index of the part, starting at 0.</param>
    /// <param name="count">The number of parts.</param>
    /// <returns>A view of the part.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The index or the count is out of range.</exception>
    /// <example>
    /// <code>
    /// var mine = ml.Data.TakeShard(images, index: rank, count: ranks);
    /// </code>
    /// </example>
    public static IDataView TakeShard(this DataOperationsCatalog catalog, IDataView input, int index, int count)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(input);
        return Shards.Take(catalog, input, index, count);
    }
}
