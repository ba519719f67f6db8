using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Finds rows unlike the others.</summary>
public sealed partial class AnomalyDetectionCatalog : TrainCatalogBase
{
    internal AnomalyDetectionCatalog(IHostEnvironment environment)
        : base(environment) => Trainers = new AnomalyDetectionTrainers(environment);

    public AnomalyDetectionTrainers Trainers { get; }

    public sealed class AnomalyDetectionTrainers : CatalogInstantiatorBase
    {
        internal AnomalyDetectionTrainers(IHostEnvironment environment)
            : base(environment)
        {
        }
    }
}
