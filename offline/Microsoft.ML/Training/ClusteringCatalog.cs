using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Puts rows that are near each other together.</summary>
public sealed partial class ClusteringCatalog : TrainCatalogBase
{
    internal ClusteringCatalog(IHostEnvironment environment)
        : base(environment) => Trainers = new ClusteringTrainers(environment);

    public ClusteringTrainers Trainers { get; }

    public sealed class ClusteringTrainers : CatalogInstantiatorBase
    {
        internal ClusteringTrainers(IHostEnvironment environment)
            : base(environment)
        {
        }
    }
}
