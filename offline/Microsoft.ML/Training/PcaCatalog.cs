using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Principal components, as a transform and as a trainer.</summary>
public static class PcaCatalog
{
    public static PrincipalComponentAnalyzer ProjectToPrincipalComponents(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName = null, string exampleWeightColumnName = null,
        int rank = 20, int overSampling = 20, bool ensureZeroMean = true, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new PrincipalComponentAnalyzer(
            catalog.GetEnvironment(), outputColumnName, inputColumnName ?? outputColumnName, exampleWeightColumnName, rank, overSampling,
            ensureZeroMean, seed);
    }

    /// <summary>Scores rows by how far they are from the principal components, from 0 to 1; above 0.5 is an anomaly.</summary>
    public static RandomizedPcaTrainer RandomizedPca(
        this AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog, string featureColumnName = "Features",
        string exampleWeightColumnName = null, int rank = 20, int oversampling = 20, bool ensureZeroMean = true, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new RandomizedPcaTrainer(
            catalog.GetEnvironment(), featureColumnName, exampleWeightColumnName, rank, oversampling, ensureZeroMean, seed);
    }
}
