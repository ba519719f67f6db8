using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>
/// Trains an anomaly detector. An autoencoder reconstructs images or other vectors poorly if they are unlike the training data, and their
/// latent vectors are far from those of the training data. The trainer holds out a part of the training data and chooses the threshold from
/// the scores of this part.
/// </summary>
public sealed class AutoencoderAnomalyTrainer : IEstimator<AutoencoderTransformer>
{
    private readonly TrainingEstimator _estimator;
    private readonly AnomalyThreshold _threshold;
    private readonly IHost _host;

    internal AutoencoderAnomalyTrainer(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.FeatureColumnName, nameof(options));
        _threshold = options.Threshold;
        var columns = AutoencoderColumns.Of(
            options.FeatureColumnName, options.TargetColumnName,
            (new DetectorScoreOutput(), "Score"), (new AnomalyOutput(), "PredictedLabel"),
            (new ProbabilityOutput(), options.ProbabilityColumnName), (new DetectorMapOutput(), options.ErrorMapColumnName),
            (new MaskOutput(), options.MaskColumnName), (new ContributionOutput(), options.ContributionColumnName));
        _estimator = new TrainingEstimator(environment, options, columns);
        _host = environment.Register(nameof(AutoencoderAnomalyTrainer));
    }

    /// <summary>Trains, then scores the held-out rows to choose the threshold.</summary>
    /// <param name="input">
    /// A view with the column of images, in [0, 1], or of other vectors. All rows, or nearly all, must be normal.
    /// </param>
    /// <inheritdoc cref="AutoencoderEstimator.Fit(IDataView)"/>
    /// <exception cref="InvalidOperationException">
    /// A view is empty. A pixel is not in [0, 1]. A value is infinite, or is NaN and not masked. Neither the options nor the column's type
    /// specifies the shape of the inputs. The threshold rule needs more rows than are held out.
    /// </exception>
    public AutoencoderTransformer Fit(IDataView input) => Fit(input, startFrom: null);

    /// <summary>
    /// Trains on new rows, starting with the weights of a trained autoencoder or detector. Only the network is reused: the references of
    /// the score, the probabilities, the masks and the threshold are learned from the new rows alone, as in every <c>Fit</c>.
    /// </summary>
    /// <inheritdoc cref="AutoencoderEstimator.Fit(IDataView, ITransformer)"/>
    public AutoencoderTransformer Fit(IDataView input, ITransformer? startFrom)
    {
        using var trained = _estimator.Fit(input, startFrom);
        var detector = trained.WithThresholdOf(_threshold);
        using var channel = _host.Start("Training");
        var heldOut = trained.HeldOutScores;
        channel.Info(
            MessageSensitivity.None,
            $"Scores above {detector.Threshold:G5} are anomalies: {heldOut.Count(score => score > detector.Threshold)} of {heldOut.Length}"
            + " held-out rows score higher.");
        return detector;
    }

    /// <inheritdoc cref="AutoencoderEstimator.GetOutputSchema"/>
    /// <returns>The columns of the input, Score (Single), PredictedLabel (Boolean), and each optional column whose name is set.</returns>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _estimator.GetOutputSchema(inputSchema);

    /// <summary>
    /// Options for building and training an anomaly detector. The detector adds Score, PredictedLabel and each optional column whose name
    /// is set.
    /// </summary>
    public sealed record Options : AutoencoderOptions
    {
        /// <inheritdoc cref="AutoencoderEstimator.Options.InputColumnName"/>
        public string FeatureColumnName { get; set; } = "Features";

        /// <summary>
        /// Gets or sets how Score is computed. Null, the default, means <see cref="AnomalyScore.Combined"/> for images and
        /// <see cref="AnomalyScore.MeanSquaredError"/> for other vectors.
        /// </summary>
        public AnomalyScore? Score { get; set; }

        /// <summary>
        /// Gets or sets the rule that chooses the threshold: PredictedLabel is true if Score is above it. The default is the 0.95 quantile
        /// of the scores of held-out rows. <see cref="AutoencoderTransformer.WithThreshold"/> and
        /// <see cref="AutoencoderTransformer.WithThresholdOf(AnomalyThreshold)"/> set another threshold afterwards.
        /// </summary>
        public AnomalyThreshold Threshold { get; set; } = AnomalyThreshold.HeldOutQuantile(0.95);

        /// <summary>
        /// Gets or sets the share of the training data, within (0, 1), that is held out. The network is not trained on these rows: they
        /// determine the threshold, the probabilities and the masks. The default is 0.1. If <see cref="AutoencoderOptions.ValidationSet"/>
        /// is set, its rows are used instead.
        /// </summary>
        public double HeldOutFraction { get; set; } = 0.1;

        /// <summary>
        /// Gets or sets the name of the column for the probability that a row is an anomaly, Single in [0, 1]. The probability is p or more
        /// for about (1 - p) / 2 of new normal rows, if p is above 0. Null for no column.
        /// </summary>
        public string? ProbabilityColumnName { get; set; }

        /// <summary>
        /// Gets or sets the name of the column for the error map, Vector&lt;Single, H, W&gt;: the squared error of every pixel, averaged
        /// over the channels and smoothed. The error is high where the image is unlike the training data. It is in [0, 1] unless
        /// <see cref="IsErrorMapWeighted"/> is true. Null for no column. Vectors that are not images have no error map.
        /// </summary>
        public string? ErrorMapColumnName { get; set; }

        /// <summary>
        /// Gets or sets the name of the column for the mask, Vector&lt;Boolean, H, W&gt;: true for each pixel whose smoothed error is above
        /// the pixel threshold. Null for no column.
        /// </summary>
        public string? MaskColumnName { get; set; }

        /// <summary>
        /// Gets or sets the name of the column for the contribution of each slot to the score. It has the type of the feature column, and
        /// the slot names of the target column if there is one, otherwise of the feature column. If <see cref="Score"/> is
        /// <see cref="AnomalyScore.MeanSquaredError"/> or <see cref="AnomalyScore.WeightedError"/>, the values of a row add up to its
        /// score. Otherwise they add up to its mean squared error. Null for no column.
        /// </summary>
        public string? ContributionColumnName { get; set; }

        /// <summary>Gets or sets the share of the pixels of normal rows that the mask marks, within (0, 1). The default is 0.001.</summary>
        public double PixelFalseAlarms { get; set; } = 0.001;

        /// <summary>
        /// Gets or sets the standard deviation, in pixels, of the Gaussian that smooths error maps, 0 or more. The default is 1. With 0,
        /// error maps are not smoothed.
        /// </summary>
        public double Smoothing { get; set; } = 1;

        /// <summary>
        /// Gets or sets a value indicating whether each error in the error map is divided by the usual error of its pixel, as in
        /// <see cref="WeightedErrorScore"/>. The value 1 is then a usual error, and the mask marks defects rather than the edges of objects
        /// that move slightly from image to image. The default is false.
        /// </summary>
        public bool IsErrorMapWeighted { get; set; }

        internal AnomalyScore ScoreFor(InputShape shape) =>
            Score ?? (shape.IsVector ? AnomalyScore.MeanSquaredError : AnomalyScore.Combined);

        /// <exception cref="ArgumentException">A value is out of range, or two values contradict each other.</exception>
        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            ArgumentNullException.ThrowIfNull(Threshold);
            Check(HeldOutFraction is > 0 and < 1, HeldOutFraction, "within (0, 1)");
            Check(PixelFalseAlarms is > 0 and < 1, PixelFalseAlarms, "within (0, 1)");
            Check(Smoothing >= 0 && double.IsFinite(Smoothing), Smoothing, "0 or more");
            Score?.Check(Architecture?.InputShape is { IsPositive: true } shape ? shape : null);
        }
    }
}
