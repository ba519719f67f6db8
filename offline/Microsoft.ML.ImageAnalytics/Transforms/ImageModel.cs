namespace Microsoft.ML.Transforms.Image;

/// <summary>What the transformers of images share when they are saved and loaded.</summary>
internal static class ImageModel
{
    /// <summary>A part of a model file whose format has never changed, and whose loader is here.</summary>
    public static VersionInfo Version(string modelSignature, string loaderSignature) =>
        new(modelSignature, 0x00010001, 0x00010001, 0x00010001, typeof(ImageModel).Assembly.FullName, loaderSignature);

    /// <summary>Makes something of what was read.</summary>
    /// <exception cref="FormatException">What was read cannot have been written.</exception>
    public static T Restore<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException e)
        {
            throw new FormatException("Corrupt model file", e);
        }
    }
}
