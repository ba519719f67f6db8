namespace Microsoft.ML;

/// <summary>The versions of this assembly's parts of model files.</summary>
internal static class VersionInfoOf
{
    /// <summary>A part whose format has never changed.</summary>
    public static VersionInfo Stable(string modelSignature, string loaderSignature) =>
        new(modelSignature, 0x00010001, 0x00010001, 0x00010001, typeof(VersionInfoOf).Assembly.FullName, loaderSignature);
}
