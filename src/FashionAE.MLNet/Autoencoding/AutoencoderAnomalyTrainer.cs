using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>
/// Detects anomalies by reconstruction error: images unlike the training data are reconstructed poorly. Score is the mean squared error,
/// PredictedLabel whether that is above a threshold, a quantile of the training data's scores.
/// </summary>
public sealed class AutoencoderAnomalyTrainer : IEstimator<AutoencoderTransformer>
{
    private readonly AutoencoderEstimator _estimator;
    private readonly double _quantile;
    private readonly IHost _host;

    internal AutoencoderAnomalyTrainer(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.FeatureColumnName, nameof(options));
        if (options.Quantile is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(options), options.Quantile, $"{nameof(options.Quantile)} must be within [0, 1].");
        _estimator = new TrainingEstimator(environment, options, AutoencoderColumns.Of(
            options.FeatureColumnName, options.TargetColumnName, (ScoreOutput.Mse, "Score"), (new AnomalyOutput(), "PredictedLabel"),
            (new ErrorMapOutput(), options.ErrorMapColumnName)));
        _host = environment.Register(nameof(AutoencoderAnomalyTrainer));
        _quantile = options.Quantile;
    }

    /// <summary>Trains, then scores the training data once more to set the threshold.</summary>
    /// <param name="input">A view with the column of images, in [0, 1]: rows that are no anomalies, or few that are.</param>
    /// <inheritdoc cref="AutoencoderEstimator.Fit"/>
    public AutoencoderTransformer Fit(IDataView input)
    {
        using var transformer = _estimator.Fit(input);
        var threshold = Quantile(transformer.Transform(input).GetColumn<float>("Score"));
        using var channel = _host.Start("Training");
        channel.Info(
            MessageSensitivity.None, $"Scores above {threshold:G5} are anomalies: {_quantile:P1} of the training data score less.");
        return transformer.WithThreshold(threshold);
    }

    /// <inheritdoc cref="AutoencoderEstimator.GetOutputSchema"/>
    /// <returns>Its columns, Score (Single) and PredictedLabel (Boolean), and the error map where it has a name.</returns>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _estimator.GetOutputSchema(inputSchema);

    /// <summary>Interpolates between the two scores around the quantile.</summary>
    private float Quantile(IEnumerable<float> all)
    {
        var scores = all.Order().ToArray();
        var place = _quantile * (scores.Length - 1);
        var (low, high) = (scores[(int)place], scores[Math.Min((int)place + 1, scores.Length - 1)]);
        return (float)(low + (place - (int)place) * (high - low));
    }

    /// <summary>How a detector of anomalies is built and trained. It adds Score and PredictedLabel.</summary>
    public sealed record Options : AutoencoderOptions
    {
        /// <inheritdoc cref="AutoencoderEstimator.Options.InputColumnName"/>
        public string FeatureColumnName { get; set; } = "Features";

        /// <summary>
        /// Gets or sets the share of the training data, within [0, 1], that scores below the threshold of PredictedLabel; 0.95 unless set.
        /// <see cref="AutoencoderTransformer.WithThreshold"/> sets another threshold afterwards.
        /// </summary>
        public double Quantile { get; set; } = 0.95;

        /// <inheritdoc cref="AutoencoderEstimator.Options.ErrorMapColumnName"/>
        public string? ErrorMapColumnName { get; set; }
    }
}
