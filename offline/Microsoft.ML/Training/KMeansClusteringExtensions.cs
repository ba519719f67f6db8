using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace Microsoft.ML;

public static class KMeansClusteringExtensions
{
    /// <summary>Finds clusters whose rows are near their mean.</summary>
    public static KMeansTrainer KMeans(
        this ClusteringCatalog.ClusteringTrainers catalog, string featureColumnName = "Features", string exampleWeightColumnName = null,
        int numberOfClusters = 5)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new KMeansTrainer(catalog.GetEnvironment(), featureColumnName, exampleWeightColumnName, numberOfClusters);
    }
}
