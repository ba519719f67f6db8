using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet.Autoencoding;

/// <summary>
/// Trains an autoencoder to tell anomalies by: what it has not learnt it reconstructs badly. Score is the mean squared error,
/// PredictedLabel whether that is above a quantile of the training data's.
/// </summary>
public sealed class AutoencoderAnomalyTrainer : IEstimator<AutoencoderTransformer>
{
    private readonly AutoencoderEstimator _estimator;
    private readonly double _quantile;
    private readonly IHost _host;

    internal AutoencoderAnomalyTrainer(IHostEnvironment environment, AutoencoderOptions options, double quantile)
    {
        _estimator = new AutoencoderEstimator(environment, options, outputs: [(AutoencoderOutput.Mse, "Score"), (AutoencoderOutput.Anomaly, "PredictedLabel")]);
        _host = environment.Register(nameof(AutoencoderAnomalyTrainer));
        _quantile = quantile;
    }

    /// <summary>Trains, then scores the training data once more to set the threshold.</summary>
    /// <param name="input">A view with the column of images, in [0, 1]: rows that are no anomalies, or few that are.</param>
    /// <returns>The transformer; the caller disposes it, or the chain that it is part of.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or no known-size vector of Single.</exception>
    /// <exception cref="InvalidOperationException">The view is empty, a pixel is no number in [0, 1], or the shape of the images cannot be told.</exception>
    public AutoencoderTransformer Fit(IDataView input)
    {
        var transformer = _estimator.Fit(input);
        try
        {
            var scores = transformer.Transform(input).GetColumn<float>("Score").Order().ToArray();
            // Between the two scores that the quantile lies between, in proportion.
            var place = _quantile * (scores.Length - 1);
            var (low, high) = (scores[(int)place], scores[Math.Min((int)place + 1, scores.Length - 1)]);
            transformer.Threshold = (float)(low + (place - (int)place) * (high - low));
            using var channel = _host.Start("Training");
            channel.Info(MessageSensitivity.None, $"Scores above {transformer.Threshold:G5} are anomalies: {_quantile:P1} of the training data score less.");
            return transformer;
        }
        catch
        {
            transformer.Dispose();
            throw;
        }
    }

    /// <summary>Tells the columns that <see cref="Fit"/>'s transformer will add.</summary>
    /// <param name="inputSchema">What is known of the input.</param>
    /// <returns>Its columns, Score (Single) and PredictedLabel (Boolean).</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or no known-size vector of Single.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _estimator.GetOutputSchema(inputSchema);
}
