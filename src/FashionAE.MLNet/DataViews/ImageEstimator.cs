using FashionAE.MLNet.Autoencoding;
using FashionAE.MLNet.Persistence;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.DataViews;

/// <summary>An estimator that has nothing to learn: its transformer is made of its settings.</summary>
/// <typeparam name="TTransformer">The transformer.</typeparam>
public abstract class ImageEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : BatchTransformer
{
    private readonly Func<TTransformer> _make;
    private readonly (string Name, string Role)[] _inputs;
    private readonly (string Name, bool IsVector)[] _outputs;
    private readonly string? _sizeRemedy;

    private protected ImageEstimator(
        Func<TTransformer> make, (string Name, string Role)[] inputs, (string Name, bool IsVector)[] outputs, string? sizeRemedy) =>
        (_make, _inputs, _outputs, _sizeRemedy) = (make, inputs, outputs, sizeRemedy);

    /// <summary>Makes the transformer; no row is read.</summary>
    /// <param name="input">A view with the columns that are read.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or no vector of Single, or its size is not known.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(MLNetInternals.ShapeOf(input.Schema));
        var transformer = _make();
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <summary>Tells the columns that the transformer will add.</summary>
    /// <param name="inputSchema">What is known of the input.</param>
    /// <returns>Its columns and the added ones.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or no vector of Single, or its size is not known.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        foreach (var (name, role) in _inputs)
            ImageColumn.Check(inputSchema, name, role, NumberDataViewType.Single, _sizeRemedy);
        return ImageColumn.Extend(inputSchema, _outputs.Select(o => MLNetInternals.Shape(o.Name, NumberDataViewType.Single, o.IsVector)));
    }
}
