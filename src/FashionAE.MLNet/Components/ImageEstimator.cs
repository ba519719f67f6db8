using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>Base class for estimators that need no training. <c>Fit</c> only checks the schema.</summary>
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

    /// <summary>Creates the transformer. No row is read.</summary>
    /// <param name="input">A view with the columns that the transformer reads.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, has the wrong type, or has an unknown size.</exception>
    /// <exception cref="InvalidOperationException">
    /// The transformer needs the shape of the images, but it is unknown or not supported.
    /// </exception>
    /// <exception cref="DllNotFoundException">A native library that the transformer needs is missing.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _component.EnsureLibraries();
        var transformer = (TTransformer)_component.ToTransformer();
        transformer.Host = _environment;
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <summary>Returns the schema shape of the transformer's output.</summary>
    /// <param name="inputSchema">The schema shape of the input.</param>
    /// <returns>The columns of the input and the added columns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, has the wrong type, or has an unknown size.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => ImageColumn.Extend(inputSchema, _component.Promise(inputSchema));
}
