using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>Images in the catalogs of an <see cref="MLContext"/>: data sets, files, augmentation and scores.</summary>
public static partial class ImageCatalog
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
        using var chosen = classNames is null ? null : all.SelectClasses(classNames);
        return new ImageSetView(chosen ?? all);
    }

    /// <summary>Makes a view of images: Pixels, Vector&lt;Single, C x H x W&gt; in [0, 1]; Label, a key; LabelText, its name.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="images">
    /// The set, which may be disposed afterwards. The view shares the bytes of one that was read from files, so that writing into its
    /// <see cref="ImageSet.Images"/> changes the view, and copies those of one that was made of tensors.
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
    /// Takes one of several parts of a view that follow each other, so that processes each score their own: all parts together are the
    /// view, in its order, and their sizes differ by one row at most. Nothing is copied or kept.
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
        return Shards.Take(catalog, input, index, count);
    }
}
