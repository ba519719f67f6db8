using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>An estimator of columns of images that has nothing to learn: its transformer is made of its options.</summary>
/// <typeparam name="TTransformer">The transformer.</typeparam>
public abstract class ImageEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : BatchTransformer
{
    private protected ImageEstimator()
    {
    }

    /// <summary>Makes the transformer; no row is read.</summary>
    /// <param name="input">A view with the columns that are read.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or its size is not known.</exception>
    /// <exception cref="InvalidOperationException">The shape of the images is needed and cannot be told, or is not one that the transformer can use.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = Make();
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <summary>Tells the columns that the transformer will add.</summary>
    /// <param name="inputSchema">What is known of the input.</param>
    /// <returns>Its columns and the added ones.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or its size is not known.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => ImageColumn.Extend(inputSchema, Promise(inputSchema));

    private protected abstract TTransformer Make();

    /// <summary>Checks the columns that are read, and promises those that are added.</summary>
    private protected abstract IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema);
}
