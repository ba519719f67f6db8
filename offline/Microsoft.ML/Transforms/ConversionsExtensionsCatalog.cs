using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Estimators that map values to keys, and back.</summary>
public static class ConversionsExtensionsCatalog
{
    /// <exception cref="NotSupportedException"><paramref name="keyData"/> is given, or the annotations are to be text.</exception>
    public static ValueToKeyMappingEstimator MapValueToKey(
        this TransformsCatalog.ConversionTransforms catalog, string outputColumnName, string inputColumnName = null,
        int maximumNumberOfKeys = 1000000,
        ValueToKeyMappingEstimator.KeyOrdinality keyOrdinality = ValueToKeyMappingEstimator.KeyOrdinality.ByOccurrence,
        bool addKeyValueAnnotationsAsText = false, IDataView keyData = null) => addKeyValueAnnotationsAsText || keyData is not null
        ? throw new NotSupportedException("Given keys, and values of keys as text, are not in this stand-in.")
        : new(outputColumnName, inputColumnName ?? outputColumnName, maximumNumberOfKeys, keyOrdinality);

    public static KeyToValueMappingEstimator MapKeyToValue(
        this TransformsCatalog.ConversionTransforms catalog, string outputColumnName, string inputColumnName = null) =>
        new(outputColumnName, inputColumnName ?? outputColumnName);
}
