using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>An estimator of columns of images that has nothing to learn: its transformer is made of its options.</summary>
/// <typeparam name="TTransformer">The transformer.</typeparam>
public abstract class ImageEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : BatchTransformer
{
    private readonly IHostEnvironment _environment;
    private readonly Component _component;

    private protected ImageEstimator(IHostEnvironment environment, Component component)
    {
        (_environment, _component) = (environment, component);
        component.Check();
    }

    /// <summary>Makes the transformer; no row is read.</summary>
    /// <param name="input">A view with the columns that are read.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or its size is not known.</exception>
    /// <exception cref="InvalidOperationException">
    /// The shape of the images is needed and cannot be told, or is not one that the transformer can use.
    /// </exception>
    /// <exception cref="DllNotFoundException">The transformer would compute by a native library that is not there.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _component.EnsureLibraries();
        var transformer = (TTransformer)_component.ToTransformer();
        transformer.Host = _environment;
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <summary>Tells the columns that the transformer will add.</summary>
    /// <param name="inputSchema">What is known of the input.</param>
    /// <returns>Its columns and the added ones.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or its size is not known.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => ImageColumn.Extend(inputSchema, _component.Promise(inputSchema));
}
