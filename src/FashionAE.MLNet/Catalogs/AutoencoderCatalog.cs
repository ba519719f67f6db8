using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Adds autoencoders to the catalogs of an <see cref="MLContext"/>.</summary>
public static class AutoencoderCatalog
{
    /// <summary>
    /// Trains an autoencoder to encode images, or other vectors, into latent vectors. Use it like <c>ProjectToPrincipalComponents</c>.
    /// </summary>
    /// <remarks>
    /// Each pass over the result encodes all images again, and trainers such as KMeans and SDCA make many passes. To encode each image
    /// only once, put <c>AppendCacheCheckpoint</c> between the encoder and the trainer, or read <c>ml.Data.Cache(view)</c>.
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">
    /// The column for latent vectors, Vector&lt;Single, latentSize&gt;, with the slot names Latent1, Latent2 and so on.
    /// </param>
    /// <param name="inputColumnName">
    /// The input column: images, as known-size vectors of Single in [0, 1], or other vectors with any values. Null to use
    /// <paramref name="outputColumnName"/>.
    /// </param>
    /// <param name="latentSize">The length of latent vectors, 1 or more.</param>
    /// <param name="epochs">The number of epochs (passes over all training rows), 1 or more.</param>
    /// <returns>
    /// The estimator. Unless the options specify another network, it trains a convolutional network for images and a
    /// <see cref="VectorAutoencoder"/> for other vectors.
    /// </returns>
    /// <exception cref="ArgumentException">An argument or an option is out of range.</exception>
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
    /// <param name="options">The options for the network and its training; they are copied.</param>
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
    /// Trains an autoencoder and reconstructs images with it. With a target column, it learns to reconstruct the images of that column,
    /// for example the clean versions of noisy inputs.
    /// </summary>
    /// <inheritdoc cref="EncodeWithAutoencoder(TransformsCatalog, string, string?, int, int)"/>
    /// <param name="outputColumnName">
    /// The column for reconstructions. It has the type of the input column, and the slot names of the target column if there is one,
    /// otherwise of the input column. Reconstructions of images are in [0, 1], and those of other vectors are in the units of the input.
    /// </param>
    /// <param name="targetColumnName">The column of images to reconstruct; null to reconstruct the input.</param>
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
    /// <param name="options">The options for the network and its training; they are copied.</param>
    /// <example>
    /// <code>
    /// var options = new AutoencoderOptions { LatentSize = 32, BatchSize = 64 };
    /// var reconstruct = ml.Transforms.ReconstructWithAutoencoder("Decoded", "Pixels", options);
    /// </code>
    /// </example>
    public static AutoencoderEstimator ReconstructWithAutoencoder(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, AutoencoderOptions options) =>
        Train(catalog, outputColumnName, inputColumnName, new ReconstructionOutput(), options);

    /// <summary>
    /// Trains an autoencoder and adds each column that you specify: latent vectors, reconstructions, scores or error maps.
    /// </summary>
    /// <inheritdoc cref="EncodeWithAutoencoder(TransformsCatalog, string, string?, int, int)"/>
    /// <param name="latentColumnName">The column for latent vectors, Vector&lt;Single, latentSize&gt;; null to omit it.</param>
    /// <param name="reconstructionColumnName">
    /// The column for reconstructions, with the type of the input column. Reconstructions of images are in [0, 1], and those of other
    /// vectors are in the units of the input. Null to omit the column.
    /// </param>
    /// <param name="inputColumnName">
    /// The input column: images, as known-size vectors of Single in [0, 1], or other vectors with any values.
    /// </param>
    /// <exception cref="ArgumentException">An argument or an option is out of range, or no output column is specified.</exception>
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
    /// <param name="options">The columns, and the options for the network and its training; they are copied.</param>
    /// <example>
    /// <code>
    /// var options = new AutoencoderEstimator.Options { InputColumnName = "Pixels", LatentColumnName = "Code", MseColumnName = "Mse" };
    /// using var model = ml.Transforms.Autoencode(options).Fit(train);
    /// </code>
    /// </example>
    public static AutoencoderEstimator Autoencode(this TransformsCatalog catalog, AutoencoderEstimator.Options options) =>
        new TrainingEstimator(ImageCatalog.EnvironmentFor(catalog, options), options, AutoencoderColumns.Of(options));

    /// <summary>
    /// Encodes images or other vectors with an autoencoder that was trained elsewhere, for example by the command line tool.
    /// </summary>
    /// <inheritdoc cref="EncodeWithAutoencoder(TransformsCatalog, string, string?, int, int)"/>
    /// <param name="inputColumnName">
    /// The input column, vectors of Single with the input size of the model. Images must have values in [0, 1].
    /// </param>
    /// <param name="modelFile">The model file, saved by <see cref="AutoencoderFile"/>. <c>Fit</c> loads it.</param>
    /// <returns>The estimator. It needs no training.</returns>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
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

    /// <summary>Adds every column that the options specify, computed by an autoencoder that was trained elsewhere.</summary>
    /// <inheritdoc cref="ApplyAutoencoder(TransformsCatalog, string, string, string)"/>
    /// <param name="options">The columns; they are copied.</param>
    /// <exception cref="ArgumentException">An option is out of range, or no output column is specified.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
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
    /// Detects anomalies by reconstruction error: rows unlike the training data are reconstructed poorly. An error map and a mask show
    /// where an image is anomalous. Use it like <c>RandomizedPca</c>.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="featureColumnName">
    /// The input column: images, as known-size vectors of Single in [0, 1], or other vectors with any values, such as rows of a table.
    /// </param>
    /// <param name="latentSize">
    /// The length of latent vectors, 1 or more. Null for the default: 2 for images, half the vector length but at most 32 for other
    /// vectors.
    /// </param>
    /// <param name="epochs">The number of epochs (passes over all training rows), 1 or more.</param>
    /// <param name="quantile">
    /// The share of new normal rows that should score below the threshold of PredictedLabel, in [0, 1]. The trainer chooses the threshold
    /// from the scores of held-out rows.
    /// </param>
    /// <returns>
    /// The trainer. Unless the options specify another network, it trains a convolutional network for images and a
    /// <see cref="VectorAutoencoder"/> for other vectors. The detector adds the columns Score (Single, higher for anomalies) and
    /// PredictedLabel (Boolean) with ML.NET's annotations for anomaly scores, and the other columns that the options specify.
    /// </returns>
    /// <exception cref="ArgumentException">An argument or an option is out of range.</exception>
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
    /// <param name="options">The columns, and the options for the network and its training; they are copied.</param>
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
        /// <summary>Gets the catalog that evaluates reconstructions and anomaly detectors, like <c>ml.Regression.Evaluate</c>.</summary>
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
