using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Autoencoders in the catalogs of an <see cref="MLContext"/>.</summary>
public static class AutoencoderCatalog
{
    /// <summary>
    /// Trains an autoencoder to encode images, or other vectors, into latent vectors. Use it like <c>ProjectToPrincipalComponents</c>.
    /// </summary>
    /// <remarks>
    /// Every pass over the result encodes the images anew, and trainers such as KMeans and SDCA make many passes. Put
    /// <c>AppendCacheCheckpoint</c> between the encoder and such a trainer, or read <c>ml.Data.Cache(view)</c>, to encode each image once.
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for latent vectors, Vector&lt;Single, latentSize&gt;, of slots Latent1 and so on.</param>
    /// <param name="inputColumnName">
    /// The column of images, a known-size vector of Single in [0, 1], or of other vectors of any numbers; null for the one above.
    /// </param>
    /// <param name="latentSize">The length of latent vectors, 1 or more.</param>
    /// <param name="epochs">How many times training goes through all images, 1 or more.</param>
    /// <returns>
    /// The estimator; unless options name another network it is convolutional for images, and a <see cref="VectorAutoencoder"/> for other
    /// vectors.
    /// </returns>
    /// <exception cref="ArgumentException">A number or an option is out of its range.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", latentSize: 2, epochs: 10)
    ///     .AppendCacheCheckpoint(ml)
    ///     .Append(ml.Clustering.Trainers.KMeans("Code", numberOfClusters: 10));
    /// </code>
    /// </example>
    public static AutoencoderEstimator EncodeWithAutoencoder(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, int latentSize = 2, int epochs = 10) =>
        EncodeWithAutoencoder(catalog, outputColumnName, inputColumnName, new() { LatentSize = latentSize, Epochs = epochs });

    /// <inheritdoc cref="EncodeWithAutoencoder(TransformsCatalog, string, string?, int, int)"/>
    /// <param name="options">How it is built and trained; they are copied.</param>
    /// <example>
    /// <code>
    /// var options = new AutoencoderOptions { Architecture = new DenseArchitecture(FashionMnist.Shape, LatentSize: 2), Epochs = 30 };
    /// var encode = ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options);
    /// </code>
    /// </example>
    public static AutoencoderEstimator EncodeWithAutoencoder(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, AutoencoderOptions options) =>
        Train(catalog, outputColumnName, inputColumnName, new LatentOutput(), options);

    /// <summary>
    /// Trains an autoencoder and reconstructs images with it. With a target column it learns to reconstruct that one, such as the clean
    /// image of a noisy input.
    /// </summary>
    /// <inheritdoc cref="EncodeWithAutoencoder(TransformsCatalog, string, string?, int, int)"/>
    /// <param name="outputColumnName">The column for reconstructions, of the input column's type and slot names, in [0, 1].</param>
    /// <param name="targetColumnName">The column of images that it learns to reconstruct; null for the input.</param>
    /// <example>
    /// <code>
    /// var denoise = ml.Transforms.AddGaussianNoise("Noisy", "Pixels")
    ///     .Append(ml.Transforms.ReconstructWithAutoencoder("Clean", "Noisy", targetColumnName: "Pixels", latentSize: 32));
    /// </code>
    /// </example>
    public static AutoencoderEstimator ReconstructWithAutoencoder(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, string? targetColumnName = null,
        int latentSize = 2, int epochs = 10) => ReconstructWithAutoencoder(
            catalog, outputColumnName, inputColumnName,
            new() { TargetColumnName = targetColumnName, LatentSize = latentSize, Epochs = epochs });

    /// <inheritdoc cref="ReconstructWithAutoencoder(TransformsCatalog, string, string?, string?, int, int)"/>
    /// <param name="options">How it is built and trained; they are copied.</param>
    /// <example>
    /// <code>
    /// var options = new AutoencoderOptions { LatentSize = 32, BatchSize = 64 };
    /// var reconstruct = ml.Transforms.ReconstructWithAutoencoder("Decoded", "Pixels", options);
    /// </code>
    /// </example>
    public static AutoencoderEstimator ReconstructWithAutoencoder(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, AutoencoderOptions options) =>
        Train(catalog, outputColumnName, inputColumnName, new ReconstructionOutput(), options);

    /// <summary>Trains an autoencoder, and adds every column that is named: latent vectors, reconstructions, scores, error maps.</summary>
    /// <inheritdoc cref="EncodeWithAutoencoder(TransformsCatalog, string, string?, int, int)"/>
    /// <param name="latentColumnName">The column for latent vectors, Vector&lt;Single, latentSize&gt;; null for none.</param>
    /// <param name="reconstructionColumnName">The column for reconstructions, of the input column's type, in [0, 1]; null for none.</param>
    /// <param name="inputColumnName">
    /// The column of images, a known-size vector of Single in [0, 1], or of other vectors of any numbers.
    /// </param>
    /// <exception cref="ArgumentException">A number or an option is out of its range, or no output column is named.</exception>
    /// <example>
    /// <code>
    /// using var model = ml.Transforms.Autoencode("Code", "Reconstruction", "Pixels", latentSize: 8).Fit(train);
    /// </code>
    /// </example>
    public static AutoencoderEstimator Autoencode(
        this TransformsCatalog catalog, string? latentColumnName, string? reconstructionColumnName, string inputColumnName = "Features",
        int latentSize = 2, int epochs = 10) => Autoencode(catalog, new()
        {
            InputColumnName = inputColumnName,
            LatentColumnName = latentColumnName,
            ReconstructionColumnName = reconstructionColumnName,
            LatentSize = latentSize,
            Epochs = epochs,
        });

    /// <inheritdoc cref="Autoencode(TransformsCatalog, string?, string?, string, int, int)"/>
    /// <param name="options">The columns, and how it is built and trained; they are copied.</param>
    /// <example>
    /// <code>
    /// var options = new AutoencoderEstimator.Options { InputColumnName = "Pixels", LatentColumnName = "Code", MseColumnName = "Mse" };
    /// using var model = ml.Transforms.Autoencode(options).Fit(train);
    /// </code>
    /// </example>
    public static AutoencoderEstimator Autoencode(this TransformsCatalog catalog, AutoencoderEstimator.Options options) =>
        new TrainingEstimator(ImageCatalog.EnvironmentFor(catalog, options), options, AutoencoderColumns.Of(options));

    /// <summary>Encodes images with an autoencoder that was trained elsewhere, such as by the command line.</summary>
    /// <inheritdoc cref="EncodeWithAutoencoder(TransformsCatalog, string, string?, int, int)"/>
    /// <param name="inputColumnName">The column of images, a vector of Single of the model's size, in [0, 1].</param>
    /// <param name="modelFile">The model, as <see cref="AutoencoderFile"/> saves it. It is loaded when the estimator is fitted.</param>
    /// <returns>The estimator, which trains nothing.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <example>
    /// <code>
    /// var encode = ml.Transforms.ApplyAutoencoder("Code", "Pixels", "runs/denoising/model.safetensors");
    /// </code>
    /// </example>
    public static AutoencoderEstimator ApplyAutoencoder(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName, string modelFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return ApplyAutoencoder(catalog, modelFile, new() { InputColumnName = inputColumnName, LatentColumnName = outputColumnName });
    }

    /// <summary>Adds every column that the options name, with an autoencoder that was trained elsewhere.</summary>
    /// <inheritdoc cref="ApplyAutoencoder(TransformsCatalog, string, string, string)"/>
    /// <param name="options">The columns; they are copied.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or no output column is named.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <example>
    /// <code>
    /// var score = ml.Transforms.ApplyAutoencoder(
    ///     "runs/denoising/model.safetensors", new ApplyAutoencoderOptions { InputColumnName = "Pixels", MseColumnName = "Mse" });
    /// </code>
    /// </example>
    public static AutoencoderEstimator ApplyAutoencoder(
        this TransformsCatalog catalog, string modelFile, ApplyAutoencoderOptions options) => new LoadingEstimator(
            ImageCatalog.EnvironmentFor(catalog, options), modelFile, AutoencoderColumns.Of(options),
            (options.ScoringBatchSize, options.ScoringEngine));

    /// <summary>
    /// Detects anomalies by what the autoencoder has not learned; an error map and a mask show where they are. Use it like
    /// <c>RandomizedPca</c>.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="featureColumnName">
    /// The column of images, a known-size vector of Single in [0, 1], or of other vectors, such as the rows of a table, of any numbers.
    /// </param>
    /// <param name="latentSize">
    /// The length of latent vectors, 1 or more; null for 2 with images, and half the length of other vectors, at most 32.
    /// </param>
    /// <param name="epochs">How many times training goes through all images, 1 or more.</param>
    /// <param name="quantile">
    /// The share of new normal rows that score below the threshold of PredictedLabel, within [0, 1], as of rows that are held out.
    /// </param>
    /// <returns>
    /// The trainer; unless options name another network it is convolutional for images, and a <see cref="VectorAutoencoder"/> for other
    /// vectors. It adds Score (Single, the higher the stranger) and
    /// PredictedLabel (Boolean), with the annotations of scores that ML.NET has for detectors, and further columns that options name.
    /// </returns>
    /// <exception cref="ArgumentException">A number or an option is out of its range.</exception>
    /// <example>
    /// <code>
    /// using var detector = ml.AnomalyDetection.Trainers.Autoencoder("Pixels", quantile: 0.99).Fit(normal);
    /// using var stricter = detector.WithThreshold(0.02f);
    /// </code>
    /// </example>
    public static AutoencoderAnomalyTrainer Autoencoder(
        this AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog, string featureColumnName = "Features", int? latentSize = null,
        int epochs = 10, double quantile = 0.95) => Autoencoder(catalog, new()
        {
            FeatureColumnName = featureColumnName,
            LatentSize = latentSize,
            Epochs = epochs,
            Threshold = AnomalyThreshold.HeldOutQuantile(quantile),
        });

    /// <inheritdoc cref="Autoencoder(AnomalyDetectionCatalog.AnomalyDetectionTrainers, string, int?, int, double)"/>
    /// <param name="options">The columns, and how it is built and trained; they are copied.</param>
    /// <example>
    /// <code>
    /// var options = new AutoencoderAnomalyTrainer.Options { FeatureColumnName = "Pixels", ErrorMapColumnName = "ErrorMap" };
    /// using var detector = ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(normal);
    /// </code>
    /// </example>
    public static AutoencoderAnomalyTrainer Autoencoder(
        this AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog, AutoencoderAnomalyTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new AutoencoderAnomalyTrainer(catalog.GetEnvironment(), options);
    }

    extension(MLContext context)
    {
        /// <summary>Gets the catalog that judges reconstructions, as <c>ml.Regression.Evaluate</c> and its like judge theirs.</summary>
        /// <example>
        /// <code>
        /// Console.WriteLine(ml.Reconstruction.Evaluate(model.Transform(test), "Pixels", "Reconstruction", "Label"));
        /// </code>
        /// </example>
        public ReconstructionCatalog Reconstruction =>
            new(context?.Model.GetEnvironment() ?? throw new ArgumentNullException(nameof(context)));
    }

    private static TrainingEstimator Train(
        TransformsCatalog catalog, string outputColumnName, string? inputColumnName, AutoencoderOutput output, AutoencoderOptions options)
    {
        var environment = ImageCatalog.EnvironmentFor(catalog, options);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        var columns = AutoencoderColumns.Of(inputColumnName ?? outputColumnName, options.TargetColumnName, (output, outputColumnName));
        return new TrainingEstimator(environment, options, columns);
    }
}
