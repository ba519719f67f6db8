using FashionAE.MLNet.Augmentation;
using FashionAE.MLNet.Autoencoding;
using FashionAE.MLNet.DataViews;
using FashionAE.MLNet.Evaluation;
using FashionAE.MLNet.Persistence;
using FashionAE.Torch.Augmentation;
using FashionAE.Torch.Data;
using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>What FashionAE adds to the catalogs of an <see cref="MLContext"/>.</summary>
public static partial class AutoencoderCatalog
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
    /// <param name="outputColumnName">The column for latent vectors, Vector&lt;Single, LatentSize&gt;, its slots named Latent1, Latent2 and so on.</param>
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
    /// <param name="outputColumnName">The column for reconstructions, of the input column's type and slot names, in [0, 1].</param>
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

    /// <summary>
    /// Makes of every row the row itself and rotated copies of it. Append it for training alone, with <c>TransformerScope.Training</c>:
    /// rows that are to be scored would be multiplied too. <c>CrossValidate</c> multiplies the rows that it holds out, whatever the scope.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for the original and the turned images, of the input column's type and slot names.</param>
    /// <param name="inputColumnName">The column of images, a known-size vector of Single; null for the one above.</param>
    /// <param name="copies">How many rotated copies a row gets, 1 or more.</param>
    /// <param name="degrees">The largest angle, 0 or more; angles are uniform in [-degrees, degrees], counter-clockwise.</param>
    /// <param name="interpolation">How values between pixels are found.</param>
    /// <param name="keepOriginals">False for the rotated copies alone.</param>
    /// <param name="seed">The seed of the angles; with it and its id a row gets the same ones every time. Null for the seed of the context.</param>
    /// <param name="shape">The shape of the images; null to tell it from the column's type, where that has a size.</param>
    /// <returns>The estimator, which has nothing to learn.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are no copies, or the angle is negative or no number.</exception>
    public static ImageRotatingEstimator RotateImages(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, int copies = 5, double degrees = 180,
        Interpolation interpolation = Interpolation.Nearest, bool keepOriginals = true, int? seed = null, ImageShape? shape = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentOutOfRangeException.ThrowIfLessThan(copies, 1);
        if (!(degrees >= 0 && double.IsFinite(degrees)))
            throw new ArgumentOutOfRangeException(nameof(degrees), degrees, "The largest angle must be 0 degrees or more.");
        return new ImageRotatingEstimator(new RotationSettings(
            outputColumnName, inputColumnName ?? outputColumnName, copies, degrees, interpolation, keepOriginals, SeedOf(catalog, seed), shape));
    }

    /// <summary>Adds Gaussian noise to every value of an image and clamps to [0, 1].</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for the noisy images, of the input column's type and slot names.</param>
    /// <param name="inputColumnName">The column of images, a vector of Single in [0, 1], of known size or not; null for the one above.</param>
    /// <param name="factor">The standard deviation of the noise before clamping, 0 or more.</param>
    /// <param name="seed">The seed of the noise; with it and its id a row gets the same noise every time. Null for the seed of the context.</param>
    /// <returns>The estimator, which has nothing to learn.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The factor is negative or no number.</exception>
    public static NoiseAddingEstimator AddGaussianNoise(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, float factor = 0.25f, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        if (!(factor >= 0 && float.IsFinite(factor)))
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "The standard deviation of the noise must be 0 or more.");
        return new NoiseAddingEstimator(new NoiseSettings(outputColumnName, inputColumnName ?? outputColumnName, factor, SeedOf(catalog, seed)));
    }

    /// <summary>Scores reconstructions against the images that they should be, row by row; each score where a column is named.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="target">The column of images that they should be, a known-size vector of Single in [0, 1].</param>
    /// <param name="reconstruction">The column of reconstructions, of the same size and range.</param>
    /// <param name="mse">The column for the mean squared error, Single.</param>
    /// <param name="psnr">The column for the peak signal-to-noise ratio, Single, in decibels; infinite for equal images.</param>
    /// <param name="ssim">The column for the structural similarity (Wang et al. 2004, 11x11 Gaussian), Single in [-1, 1].</param>
    /// <param name="shape">The shape of the images, which structural similarity needs; null to tell it from the column's type, where that has a size.</param>
    /// <returns>The estimator, which has nothing to learn.</returns>
    /// <exception cref="ArgumentException">No score is asked for, or two of them have one name.</exception>
    public static ReconstructionScoringEstimator ScoreReconstruction(
        this TransformsCatalog catalog, string target, string reconstruction, string? mse = null, string? psnr = null, string? ssim = null,
        ImageShape? shape = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(target);
        ArgumentException.ThrowIfNullOrEmpty(reconstruction);
        var settings = new ScoringSettings(target, reconstruction, mse, psnr, ssim, shape);
        if (!settings.Outputs.Any())
            throw new ArgumentException("No score is asked for: name a column for mse, psnr or ssim.", nameof(mse));
        if (settings.Outputs.GroupBy(o => o.Name).FirstOrDefault(g => g.Count() > 1 || g.Key.Length == 0) is { } twice)
            throw new ArgumentException($"Scores need columns of their own, and '{twice.Key}' is no name or is given twice.", nameof(mse));
        return new ReconstructionScoringEstimator(settings);
    }

    /// <summary>Finds anomalies by how badly an autoencoder reconstructs them: beside <c>RandomizedPca</c>.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="featureColumnName">The column of images, a known-size vector of Single in [0, 1].</param>
    /// <param name="options">How; null for a convolutional network with a latent vector of 2. It names no columns.</param>
    /// <param name="quantile">The share of the training data that scores below the threshold of PredictedLabel, within [0, 1].</param>
    /// <returns>
    /// The trainer; it adds Score, the mean squared error (Single), and PredictedLabel (Boolean), annotated as the scores of ML.NET's own
    /// trainers are.
    /// </returns>
    /// <exception cref="ArgumentException">An option is out of its range, or names an output column.</exception>
    public static AutoencoderAnomalyTrainer Autoencoder(
        this AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog, string featureColumnName = "Features", AutoencoderOptions? options = null,
        double quantile = 0.95)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(featureColumnName);
        if (quantile is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(quantile), quantile, "The quantile must be within [0, 1].");
        var copy = CopyWithoutOutputs(options);
        copy.InputColumnName = featureColumnName;
        return new AutoencoderAnomalyTrainer(MLNetInternals.EnvironmentOf(catalog), copy, quantile);
    }

    /// <summary>Judges reconstructions, as <c>ml.Regression.Evaluate</c> and its like judge theirs.</summary>
    /// <param name="context">The context.</param>
    /// <returns>The catalog.</returns>
    public static ReconstructionCatalog Reconstruction(this MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new ReconstructionCatalog(context);
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
        var copy = CopyWithoutOutputs(options);
        copy.InputColumnName = inputColumnName ?? outputColumnName;
        (copy.LatentColumnName, copy.ReconstructionColumnName) = isLatent ? (outputColumnName, null) : ((string?)null, outputColumnName);
        return copy;
    }

    private static AutoencoderOptions CopyWithoutOutputs(AutoencoderOptions? options)
    {
        var copy = options?.Clone() ?? new AutoencoderOptions();
        return copy is { LatentColumnName: null, ReconstructionColumnName: null, MseColumnName: null, PsnrColumnName: null, SsimColumnName: null }
            ? copy
            : throw new ArgumentException("The options name output columns, which this method does not take from them: use Autoencode.", nameof(options));
    }

    private static int SeedOf(TransformsCatalog catalog, int? seed) =>
        seed ?? MLNetInternals.EnvironmentOf(catalog).Register(nameof(AutoencoderCatalog)).Rand.Next();
}
