using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>Loads a model that was trained elsewhere.</summary>
internal sealed class LoadingEstimator : AutoencoderEstimator
{
    private readonly string _modelFile;

    public LoadingEstimator(IHostEnvironment environment, string modelFile, AutoencoderColumns columns, int? scoringBatchSize)
        : base(environment, columns, scoringBatchSize)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelFile);
        ArgumentOutOfRangeException.ThrowIfLessThan(scoringBatchSize ?? 1, 1, nameof(scoringBatchSize));
        if (!File.Exists(modelFile))
            throw new FileNotFoundException($"There is no model file '{modelFile}'.", modelFile);
        _modelFile = modelFile;
    }

    private protected override (SharedModel Model, TrainingHistory? History) Make(IDataView input) =>
        (new SharedModel(AutoencoderFile.Load(_modelFile)), null);
}
