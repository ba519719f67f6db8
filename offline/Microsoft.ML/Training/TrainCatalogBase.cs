using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The catalog of a task: its trainers, and how their models are judged.</summary>
public abstract partial class TrainCatalogBase : IInternalCatalog
{
    private protected TrainCatalogBase(IHostEnvironment environment) => Environment = environment;

    IHostEnvironment IInternalCatalog.Environment => Environment;

    private protected IHostEnvironment Environment { get; }

    public abstract class CatalogInstantiatorBase : IInternalCatalog
    {
        private readonly IHostEnvironment _environment;

        internal CatalogInstantiatorBase(IHostEnvironment environment) => _environment = environment;

        IHostEnvironment IInternalCatalog.Environment => _environment;
    }
}
