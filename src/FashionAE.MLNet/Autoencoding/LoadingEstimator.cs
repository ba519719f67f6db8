using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>Loads a model that was trained elsewhere.</summary>
internal sealed class LoadingEstimator : AutoencoderEstimator
{
    private readonly string _modelFile;

    public LoadingEstimator(
        IHostEnvironment environment, string modelFile, AutoencoderColumns columns, (int? BatchSize, ScoringEngine Engine) scoring)
        : base(environment, columns, scoring)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelFile);
        if (!File.Exists(modelFile))
            throw new FileNotFoundException($"There is no model file '{modelFile}'.", modelFile);
        _modelFile = modelFile;
    }

    private protected override TrainedAutoencoder Make(IDataView input, ITransformer? startFrom)
    {
        if (startFrom is not null)
            throw new InvalidOperationException(
                "ApplyAutoencoder does not train, so it cannot start from a model: use EncodeWithAutoencoder, ReconstructWithAutoencoder or"
                + " Autoencode.");
        var model = new TrainedModel(SavedAutoencoder.Of(SafeTensorsFile.Read(_modelFile), _modelFile));
        model.Check();
        return new TrainedAutoencoder(new SharedModel(model));
    }
}
