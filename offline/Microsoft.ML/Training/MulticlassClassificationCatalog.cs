using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Tells which of several classes a row belongs to.</summary>
public sealed partial class MulticlassClassificationCatalog : TrainCatalogBase
{
    internal MulticlassClassificationCatalog(IHostEnvironment environment)
        : base(environment) => Trainers = new MulticlassClassificationTrainers(environment);

    public MulticlassClassificationTrainers Trainers { get; }

    public sealed class MulticlassClassificationTrainers : CatalogInstantiatorBase
    {
        internal MulticlassClassificationTrainers(IHostEnvironment environment)
            : base(environment)
        {
        }
    }
}
