namespace Microsoft.ML.Data;

/// <summary>A chain, whatever it ends with.</summary>
internal interface ITransformerChain
{
    IDataView Transform(IDataView input, TransformerScope scope);
}
