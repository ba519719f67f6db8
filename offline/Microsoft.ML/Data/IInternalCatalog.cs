using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A catalog of <see cref="MLContext"/>, as its extension methods see it.</summary>
internal interface IInternalCatalog
{
    IHostEnvironment Environment { get; }
}
