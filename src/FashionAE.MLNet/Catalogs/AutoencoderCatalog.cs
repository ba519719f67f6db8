using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Autoencoders in the catalogs of an <see cref="MLContext"/>.</summary>
public static class AutoencoderCatalog
{
    /// <summary>
    /// Trains an autoencoder and encodes images into short latent vectors with it: where <c>ProjectToPrincipalComponents</c> would stand.
    /// </summary>
    /// <remarks>
    /// Every pass over the result encodes the images anew, and trainers such as KMeans and SDCA make many passes. Put
    /// <c>AppendCacheCheckpoint</c> between the encoder and such a trainer, or read <c>ml.Data.Cache(view)</c>, to encode each image once.
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for latent vectors, Vector&lt;Single, latentSize&gt;, its slots named Latent1, Latent2 and so on.</param>
    /// <param name="inputColumnName">The column of images, a known-size vector of Single in [0, 1]; null for the one above.</param>
    /// <param name="latentSize">The length of latent vectors, 1 or more.</param>
    /// <param name="epochs">How many times training goes through all images, 1 or more.</param>
    /// <returns>The estimator, of a convolutional network.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", latentSize: 2, epochs: 10)
    ///     .AppendCacheCheckpoint(ml)
    ///     .Append(ml.Clustering.Trainers.KMeans("Code", numberOfClusters: 10));
    /// </code>
    /// </example>
    public static AutoencoderEstimator EncodeWithAutoencoder(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, int latentSize = 2, int epochs = 10) =>
        EncodeWithAutoencoder(catalog, outputColumnName, inputColumnName, new AutoencoderOptions { LatentSize = latentSize, Epochs = epochs });

    /// <summary>Trains an autoencoder and encodes images into short latent vectors with it.</summary>
    /// <remarks>Each pass over the result encodes images anew: put <c>AppendCacheCheckpoint</c> before a trainer that makes many.</remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for latent vectors, Vector&lt;Single, LatentSize&gt;, its slots named Latent1, Latent2 and so on.</param>
    /// <param name="inputColumnName">The column of images, a known-size vector of Single in [0, 1]; null for the one above.</param>
    /// <param name="options">How it is built and trained; they are copied.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <example>
    /// <code>
    /// var encode = ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", new AutoencoderOptions
    /// {
    ///     Architecture = new DenseArchitecture(FashionMnist.Shape, LatentSize: 2),
    ///     Epochs = 30,
    ///     ValidationSetFraction = 0.1,
    /// });
    /// </code>
    /// </example>
    public static AutoencoderEstimator EncodeWithAutoencoder(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, AutoencoderOptions options) =>
        Create(catalog, outputColumnName, inputColumnName, AutoencoderOutput.Latent, options);

    /// <summary>
    /// Trains an autoencoder and reconstructs images with it. With a target column it learns to give back that one, such as the clean
    /// image of a noisy input.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for reconstructions, of the input column's type and slot names, in [0, 1].</param>
    /// <param name="inputColumnName">The column of images, a known-size vector of Single in [0, 1]; null for the one above.</param>
    /// <param name="targetColumnName">The column of images that it learns to give back; null for the input.</param>
    /// <param name="latentSize">The length of latent vectors, 1 or more.</param>
    /// <param name="epochs">How many times training goes through all images, 1 or more.</param>
    /// <returns>The estimator, of a convolutional network.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <example>
    /// <code>
    /// var denoise = ml.Transforms.AddGaussianNoise("Noisy", "Pixels")
    ///     .Append(ml.Transforms.ReconstructWithAutoencoder("Clean", "Noisy", targetColumnName: "Pixels", latentSize: 32));
    /// </code>
    /// </example>
    public static AutoencoderEstimator ReconstructWithAutoencoder(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, string? targetColumnName = null, int latentSize = 2,
        int epochs = 10) =>
        ReconstructWithAutoencoder(
            catalog, outputColumnName, inputColumnName, new AutoencoderOptions { TargetColumnName = targetColumnName, LatentSize = latentSize, Epochs = epochs });

    /// <summary>Trains an autoencoder and reconstructs images with it.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for reconstructions, of the input column's type and slot names, in [0, 1].</param>
    /// <param name="inputColumnName">The column of images, a known-size vector of Single in [0, 1]; null for the one above.</param>
    /// <param name="options">How it is built and trained; they are copied.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <example>
    /// <code>
    /// var reconstruct = ml.Transforms.ReconstructWithAutoencoder("Decoded", "Pixels", new AutoencoderOptions { LatentSize = 32, BatchSize = 64 });
    /// </code>
    /// </example>
    public static AutoencoderEstimator ReconstructWithAutoencoder(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, AutoencoderOptions options) =>
        Create(catalog, outputColumnName, inputColumnName, AutoencoderOutput.Reconstruction, options);

    /// <summary>Trains an autoencoder and adds both latent vectors and reconstructions.</summary>
    /// <remarks>Each pass over the result computes them anew: put <c>AppendCacheCheckpoint</c> before a trainer that makes many.</remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="latentColumnName">The column for latent vectors, Vector&lt;Single, latentSize&gt;; null for none.</param>
    /// <param name="reconstructionColumnName">The column for reconstructions, of the input column's type, in [0, 1]; null for none.</param>
    /// <param name="inputColumnName">The column of images, a known-size vector of Single in [0, 1].</param>
    /// <param name="latentSize">The length of latent vectors, 1 or more.</param>
    /// <param name="epochs">How many times training goes through all images, 1 or more.</param>
    /// <returns>The estimator, of a convolutional network.</returns>
    /// <exception cref="ArgumentException">A number is out of its range, or no output column is named.</exception>
    /// <example>
    /// <code>
    /// using var model = ml.Transforms.Autoencode("Code", "Reconstruction", "Pixels", latentSize: 8).Fit(train);
    /// </code>
    /// </example>
    public static AutoencoderEstimator Autoencode(
        this TransformsCatalog catalog, string? latentColumnName, string? reconstructionColumnName, string inputColumnName = "Features", int latentSize = 2,
        int epochs = 10) =>
        Autoencode(catalog, new AutoencoderEstimator.Options
        {
            InputColumnName = inputColumnName,
            LatentColumnName = latentColumnName,
            ReconstructionColumnName = reconstructionColumnName,
            LatentSize = latentSize,
            Epochs = epochs,
        });

    /// <summary>Trains an autoencoder and adds all that the options name a column for: latent vectors, reconstructions, their scores and error maps.</summary>
    /// <remarks>Each pass over the result computes them anew: put <c>AppendCacheCheckpoint</c> before a trainer that makes many.</remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">The columns, and how it is built and trained; they are copied.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, or no output column is named.</exception>
    /// <example>
    /// <code>
    /// using var model = ml.Transforms.Autoencode(new AutoencoderEstimator.Options
    /// {
    ///     InputColumnName = "Pixels",
    ///     LatentColumnName = "Code",
    ///     MseColumnName = "Mse",
    ///     ErrorMapColumnName = "ErrorMap",
    ///     Epochs = 20,
    /// }).Fit(train);
    /// </code>
    /// </example>
    public static AutoencoderEstimator Autoencode(this TransformsCatalog catalog, AutoencoderEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new AutoencoderEstimator(catalog.GetEnvironment(), options, AutoencoderColumns.Of(
            options.InputColumnName, options.TargetColumnName, (AutoencoderOutput.Latent, options.LatentColumnName),
            (AutoencoderOutput.Reconstruction, options.ReconstructionColumnName), (AutoencoderOutput.Mse, options.MseColumnName),
            (AutoencoderOutput.Psnr, options.PsnrColumnName), (AutoencoderOutput.Ssim, options.SsimColumnName),
            (AutoencoderOutput.ErrorMap, options.ErrorMapColumnName)));
    }

    /// <summary>Encodes images with an autoencoder that was trained elsewhere, such as by the command line.</summary>
    /// <remarks>Each pass over the result encodes images anew: put <c>AppendCacheCheckpoint</c> before a trainer that makes many.</remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column for latent vectors, Vector&lt;Single, LatentSize&gt;.</param>
    /// <param name="inputColumnName">The column of images, a vector of Single of the model's size, in [0, 1].</param>
    /// <param name="modelFile">The model, as <see cref="AutoencoderFile"/> saves it. It is loaded when the estimator is fitted.</param>
    /// <returns>The estimator, which trains nothing.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <example>
    /// <code>
    /// var encode = ml.Transforms.ApplyAutoencoder("Code", "Pixels", "runs/denoising/model.safetensors");
    /// </code>
    /// </example>
    public static AutoencoderEstimator ApplyAutoencoder(this TransformsCatalog catalog, string outputColumnName, string inputColumnName, string modelFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return ApplyAutoencoder(catalog, modelFile, new ApplyAutoencoderOptions { InputColumnName = inputColumnName, LatentColumnName = outputColumnName });
    }

    /// <summary>Adds all that the options name a column for, from an autoencoder that was trained elsewhere, such as by the command line.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="modelFile">The model, as <see cref="AutoencoderFile"/> saves it. It is loaded when the estimator is fitted.</param>
    /// <param name="options">The columns; they are copied.</param>
    /// <returns>The estimator, which trains nothing.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, or no output column is named.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <example>
    /// <code>
    /// var score = ml.Transforms.ApplyAutoencoder(
    ///     "runs/denoising/model.safetensors", new ApplyAutoencoderOptions { InputColumnName = "Pixels", MseColumnName = "Mse" });
    /// </code>
    /// </example>
    public static AutoencoderEstimator ApplyAutoencoder(this TransformsCatalog catalog, string modelFile, ApplyAutoencoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        var columns = AutoencoderColumns.Of(
            options.InputColumnName, options.TargetColumnName, (AutoencoderOutput.Latent, options.LatentColumnName),
            (AutoencoderOutput.Reconstruction, options.ReconstructionColumnName), (AutoencoderOutput.Mse, options.MseColumnName),
            (AutoencoderOutput.Psnr, options.PsnrColumnName), (AutoencoderOutput.Ssim, options.SsimColumnName),
            (AutoencoderOutput.ErrorMap, options.ErrorMapColumnName));
        return new AutoencoderEstimator(catalog.GetEnvironment(), modelFile, columns, options.ScoringBatchSize);
    }

    /// <summary>Finds anomalies by how badly an autoencoder reconstructs them: beside <c>RandomizedPca</c>.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="featureColumnName">The column of images, a known-size vector of Single in [0, 1].</param>
    /// <param name="latentSize">The length of latent vectors, 1 or more.</param>
    /// <param name="epochs">How many times training goes through all images, 1 or more.</param>
    /// <param name="quantile">The share of the training data that scores below the threshold of PredictedLabel, within [0, 1].</param>
    /// <returns>
    /// The trainer, of a convolutional network; it adds Score, the mean squared error (Single), and PredictedLabel (Boolean), annotated as the
    /// scores of ML.NET's own trainers are.
    /// </returns>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    /// <example>
    /// <code>
    /// using var detector = ml.AnomalyDetection.Trainers.Autoencoder("Pixels", quantile: 0.99).Fit(normal);
    /// using var stricter = detector.WithThreshold(0.02f);
    /// </code>
    /// </example>
    public static AutoencoderAnomalyTrainer Autoencoder(
        this AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog, string featureColumnName = "Features", int latentSize = 2, int epochs = 10,
        double quantile = 0.95) =>
        Autoencoder(catalog, new AutoencoderAnomalyTrainer.Options
        {
            FeatureColumnName = featureColumnName,
            LatentSize = latentSize,
            Epochs = epochs,
            Quantile = quantile,
        });

    /// <summary>Finds anomalies by how badly an autoencoder reconstructs them, and where they are.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">The columns, and how it is built and trained; they are copied.</param>
    /// <returns>The trainer; it adds Score, PredictedLabel, and the error map where one is asked for.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <example>
    /// <code>
    /// using var detector = ml.AnomalyDetection.Trainers.Autoencoder(new AutoencoderAnomalyTrainer.Options
    /// {
    ///     FeatureColumnName = "Pixels",
    ///     ErrorMapColumnName = "ErrorMap",
    ///     LatentSize = 8,
    /// }).Fit(normal);
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
        public ReconstructionCatalog Reconstruction
        {
            get
            {
                ArgumentNullException.ThrowIfNull(context);
                return new ReconstructionCatalog(context.Model.GetEnvironment());
            }
        }
    }

    private static AutoencoderEstimator Create(
        TransformsCatalog catalog, string outputColumnName, string? inputColumnName, AutoencoderOutput output, AutoencoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentNullException.ThrowIfNull(options);
        return new AutoencoderEstimator(
            catalog.GetEnvironment(), options, AutoencoderColumns.Of(inputColumnName ?? outputColumnName, options.TargetColumnName, (output, outputColumnName)));
    }
}
