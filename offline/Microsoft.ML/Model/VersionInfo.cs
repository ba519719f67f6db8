namespace Microsoft.ML;

/// <summary>The kind and version of a part of a model file, and who can load it.</summary>
internal readonly struct VersionInfo
{
    public readonly ulong ModelSignature;
    public readonly uint VerWrittenCur;
    public readonly uint VerReadableCur;
    public readonly uint VerWeCanReadBack;
    public readonly string LoaderAssemblyName;
    public readonly string LoaderSignature;
    public readonly string LoaderSignatureAlt;

    /// <summary>Initializes a new instance of the <see cref="VersionInfo"/> struct.</summary>
    /// <param name="modelSignature">Exactly 8 characters, below U+0100.</param>
    /// <param name="verWrittenCur">The version of what is written.</param>
    /// <param name="verReadableCur">The oldest version of the code that can read what is written.</param>
    /// <param name="verWeCanReadBack">The oldest version of a file that this code can read.</param>
    /// <param name="loaderAssemblyName">The full name of the assembly with the loader.</param>
    /// <param name="loaderSignature">The loader's name, at most 24 ASCII characters.</param>
    /// <param name="loaderSignatureAlt">Another name.</param>
    public VersionInfo(
        string modelSignature, uint verWrittenCur, uint verReadableCur, uint verWeCanReadBack, string loaderAssemblyName,
        string loaderSignature = null, string loaderSignatureAlt = null)
    {
        if (modelSignature is not { Length: 8 } || modelSignature.Any(c => c > 0xff))
            throw new ArgumentException("Model signature must be eight characters", nameof(modelSignature));
        if (loaderSignature is not null && (loaderSignature.Length > 24 || loaderSignature.Any(c => c is < ' ' or > '~')))
            throw new ArgumentException("A loader signature has at most 24 ASCII characters", nameof(loaderSignature));
        var signature = 0UL;
        for (var i = 7; i >= 0; i--)
            signature = signature << 8 | (modelSignature[i] == ' ' ? '\0' : modelSignature[i]);
        ModelSignature = signature;
        (VerWrittenCur, VerReadableCur, VerWeCanReadBack) = (verWrittenCur, verReadableCur, verWeCanReadBack);
        (LoaderAssemblyName, LoaderSignature, LoaderSignatureAlt) = (loaderAssemblyName, loaderSignature, loaderSignatureAlt);
    }
}
