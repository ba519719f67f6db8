using FashionAE.MLNet.Autoencoding;
using FashionAE.MLNet.DataViews;
using FashionAE.MLNet.Persistence;
using FashionAE.Torch.Data;
using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>What FashionAE adds to the catalogs of an <see cref="MLContext"/>.</summary>
public static class AutoencoderCatalog
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
    public static IDataView LoadFromImageSet(this DataOperationsCatalog catalog, ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(images);
        return new ImageSetView(images);
    }

    /// <summary>
    /// Trains an autoencoder and encodes images into short latent vectors with it: where <c>ProjectToPrincipalComponents</c> would stand.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for latent vectors, Vector&lt;Single, LatentSize&gt;.</param>
    /// <param name="inputColumnName">The column of images, a known-size vector of Single in [0, 1]; null for the one above.</param>
    /// <param name="options">How; null for a convolutional network with a latent vector of 2. Only its target column may be named.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, or names a column that is named here.</exception>
    public static AutoencoderEstimator EncodeWithAutoencoder(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, AutoencoderOptions? options = null) =>
        Create(catalog, WithColumns(options, outputColumnName, inputColumnName, isLatent: true));

    /// <summary>
    /// Trains an autoencoder and reconstructs images with it. With a target column it learns to give back that one, such as the clean
    /// image of a noisy input.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for reconstructions, of the input column's type, in [0, 1].</param>
    /// <param name="inputColumnName">The column of images, a known-size vector of Single in [0, 1]; null for the one above.</param>
    /// <param name="options">How; null for a convolutional network with a latent vector of 2. Only its target column may be named.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, or names a column that is named here.</exception>
    public static AutoencoderEstimator ReconstructWithAutoencoder(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, AutoencoderOptions? options = null) =>
        Create(catalog, WithColumns(options, outputColumnName, inputColumnName, isLatent: false));

    /// <summary>Trains an autoencoder and adds all that the options name a column for: latent vectors, reconstructions and their scores.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">The columns, and how.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, or no output column is named.</exception>
    public static AutoencoderEstimator Autoencode(this TransformsCatalog catalog, AutoencoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Create(catalog, options);
    }

    /// <summary>Encodes images with an autoencoder that was trained elsewhere, such as by the command line.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for latent vectors, Vector&lt;Single, LatentSize&gt;.</param>
    /// <param name="inputColumnName">The column of images, a vector of Single of the model's size, in [0, 1].</param>
    /// <param name="modelFile">The model, as <see cref="Torch.Persistence.AutoencoderFile"/> saves it. It is loaded when the estimator is fitted.</param>
    /// <returns>The estimator, which trains nothing.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static AutoencoderEstimator ApplyAutoencoder(this TransformsCatalog catalog, string outputColumnName, string inputColumnName, string modelFile) =>
        Create(catalog, WithColumns(null, outputColumnName, inputColumnName, isLatent: true), modelFile);

    /// <summary>Adds all that the options name a column for, from an autoencoder that was trained elsewhere, such as by the command line.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">The columns and the batch size; what concerns the network and its training is not used.</param>
    /// <param name="modelFile">The model, as <see cref="Torch.Persistence.AutoencoderFile"/> saves it. It is loaded when the estimator is fitted.</param>
    /// <returns>The estimator, which trains nothing.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, or no output column is named.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static AutoencoderEstimator ApplyAutoencoder(this TransformsCatalog catalog, AutoencoderOptions options, string modelFile)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Create(catalog, options, modelFile);
    }

    private static AutoencoderEstimator Create(TransformsCatalog catalog, AutoencoderOptions options, string? modelFile = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        if (modelFile is not null && !File.Exists(modelFile))
            throw new FileNotFoundException($"There is no model file '{modelFile}'.", modelFile);
        return new AutoencoderEstimator(MLNetInternals.EnvironmentOf(catalog), options, modelFile);
    }

    private static AutoencoderOptions WithColumns(AutoencoderOptions? options, string outputColumnName, string? inputColumnName, bool isLatent)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        var copy = options?.Clone() ?? new AutoencoderOptions();
        if (copy is { LatentColumnName: null, ReconstructionColumnName: null, MseColumnName: null, PsnrColumnName: null, SsimColumnName: null })
        {
            copy.InputColumnName = inputColumnName ?? outputColumnName;
            (copy.LatentColumnName, copy.ReconstructionColumnName) = isLatent ? (outputColumnName, null) : ((string?)null, outputColumnName);
            return copy;
        }
        throw new ArgumentException("The options name output columns, which this method does not take from them: use Autoencode.", nameof(options));
    }
}
