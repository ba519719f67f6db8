namespace Microsoft.ML;

/// <summary>What a component that can be loaded is registered under.</summary>
internal delegate void SignatureLoadModel(ModelLoadContext ctx);
