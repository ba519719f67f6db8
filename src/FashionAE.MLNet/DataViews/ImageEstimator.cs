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
    private readonly NumberDataViewType _itemType;
    private readonly string? _sizeRemedy;
    private readonly Func<SchemaShape.Column, IEnumerable<SchemaShape.Column>> _promise;

    /// <param name="make">Makes the transformer.</param>
    /// <param name="inputs">The columns of vectors that are read.</param>
    /// <param name="itemType">The type of their values.</param>
    /// <param name="sizeRemedy">What the user can do where they have no known size; null where they need none.</param>
    /// <param name="promise">Makes of the first of the inputs the columns that are added.</param>
    private protected ImageEstimator(
        Func<TTransformer> make, (string Name, string Role)[] inputs, NumberDataViewType itemType, string? sizeRemedy,
        Func<SchemaShape.Column, IEnumerable<SchemaShape.Column>> promise) =>
        (_make, _inputs, _itemType, _sizeRemedy, _promise) = (make, inputs, itemType, sizeRemedy, promise);

    /// <summary>Makes the transformer; no row is read.</summary>
    /// <param name="input">A view with the columns that are read.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or its size is not known.</exception>
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
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or its size is not known.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var inputs = Array.ConvertAll(_inputs, input => ImageColumn.Check(inputSchema, input.Name, input.Role, _itemType, _sizeRemedy));
        return ImageColumn.Extend(inputSchema, _promise(inputs[0]));
    }
}
