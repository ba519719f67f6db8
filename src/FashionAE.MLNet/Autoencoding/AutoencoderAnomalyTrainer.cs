using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>
/// Detects anomalies: images, or other vectors, unlike the training data are reconstructed poorly, and their latent vectors are far from
/// those of others. A part of the training data is held out of the training, and the threshold is chosen by what the detector says of it.
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

    /// <summary>Trains, then scores the rows that were held out to choose the threshold.</summary>
    /// <param name="input">
    /// A view with the column of images, in [0, 1], or of other vectors: rows that are no anomalies, or few that are.
    /// </param>
    /// <inheritdoc cref="AutoencoderEstimator.Fit(IDataView)"/>
    /// <exception cref="InvalidOperationException">
    /// A view is empty, a pixel is not in [0, 1], a value is infinite or NaN (and NaN is not masked), neither options nor the column's type
    /// say the shape of the inputs, or the rule of the threshold needs more rows than are held out.
    /// </exception>
    public AutoencoderTransformer Fit(IDataView input) => Fit(input, startFrom: null);

    /// <summary>
    /// Trains on new rows, and begins with the weights of a trained model, which may be an autoencoder or a detector. What its score
    /// learned is not taken over: references, probabilities, masks and the threshold come from the new rows alone, as in every Fit.
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
            + " rows that were held out of the training score more.");
        return detector;
    }

    /// <inheritdoc cref="AutoencoderEstimator.GetOutputSchema"/>
    /// <returns>
    /// Its columns, Score (Single), PredictedLabel (Boolean), and those of probability, error map and mask that have a name.
    /// </returns>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _estimator.GetOutputSchema(inputSchema);

    /// <summary>How a detector of anomalies is built and trained. It adds Score and PredictedLabel, and columns that are named.</summary>
    public sealed record Options : AutoencoderOptions
    {
        /// <inheritdoc cref="AutoencoderEstimator.Options.InputColumnName"/>
        public string FeatureColumnName { get; set; } = "Features";

        /// <summary>
        /// Gets or sets what Score is. Null for <see cref="AnomalyScore.Combined"/> where the features are images, and
        /// <see cref="AnomalyScore.MeanSquaredError"/> where they are other vectors.
        /// </summary>
        public AnomalyScore? Score { get; set; }

        /// <summary>
        /// Gets or sets the rule of the score above which PredictedLabel is true; the 0.95 quantile of held-out rows unless set.
        /// <see cref="AutoencoderTransformer.WithThreshold"/> and <see cref="AutoencoderTransformer.WithThresholdOf(AnomalyThreshold)"/>
        /// set another threshold afterwards.
        /// </summary>
        public AnomalyThreshold Threshold { get; set; } = AnomalyThreshold.HeldOutQuantile(0.95);

        /// <summary>
        /// Gets or sets the share of the training data, within (0, 1), that is held out of the training, for the threshold, probabilities
        /// and masks; 0.1 unless set. The rows of <see cref="AutoencoderOptions.ValidationSet"/> take their place where it is set.
        /// </summary>
        public double HeldOutFraction { get; set; } = 0.1;

        /// <summary>
        /// Gets or sets the column for the probability that a row is an anomaly, Single in [0, 1]; null for none. A new normal row has p or
        /// more with the probability (1 - p) / 2.
        /// </summary>
        public string? ProbabilityColumnName { get; set; }

        /// <summary>
        /// Gets or sets the column for the squared error of every pixel, the mean over the channels, smoothed, Vector&lt;Single, H, W&gt;
        /// in [0, 1] unless <see cref="IsErrorMapWeighted"/> is set: it is high where the image is unlike the training data. Null for none,
        /// and for vectors that are no images.
        /// </summary>
        public string? ErrorMapColumnName { get; set; }

        /// <summary>
        /// Gets or sets the column for the pixels whose smoothed error is above the threshold of pixels, Vector&lt;Boolean, H, W&gt;; null
        /// for none.
        /// </summary>
        public string? MaskColumnName { get; set; }

        /// <summary>
        /// Gets or sets the column for what each slot adds to the score, of the type of the features' column and with its slot names; null
        /// for none. The values of a row sum to Score where that is <see cref="AnomalyScore.MeanSquaredError"/> or
        /// <see cref="AnomalyScore.WeightedError"/>, and to the mean squared error where it is another.
        /// </summary>
        public string? ContributionColumnName { get; set; }

        /// <summary>
        /// Gets or sets which share of the pixels of normal rows is marked in the mask, within (0, 1); 0.001 unless set.
        /// </summary>
        public double PixelFalseAlarms { get; set; } = 0.001;

        /// <summary>
        /// Gets or sets the standard deviation of the Gaussian that smooths error maps, in pixels, 0 or more; 1 unless set, and 0 for none.
        /// </summary>
        public double Smoothing { get; set; } = 1;

        /// <summary>
        /// Gets or sets a value indicating whether errors in the error map are divided by what they usually are in their pixel, as
        /// <see cref="WeightedErrorScore"/> does: 1 is then a usual error, and the edges of what moves a little from image to image are no
        /// longer marked in place of a defect. False unless set.
        /// </summary>
        public bool IsErrorMapWeighted { get; set; }

        internal AnomalyScore ScoreFor(InputShape shape) =>
            Score ?? (shape.IsVector ? AnomalyScore.MeanSquaredError : AnomalyScore.Combined);

        /// <exception cref="ArgumentException">A value is out of its range, or two contradict each other.</exception>
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
