namespace FashionAE.MLNet.Evaluation;

internal enum ReconstructionMetric
{
    MeanSquaredError,
    PeakSignalToNoiseRatio,
    StructuralSimilarity,
}
