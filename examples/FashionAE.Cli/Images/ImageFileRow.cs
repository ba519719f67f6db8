using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.Cli.Images;

/// <summary>A file that holds an image, as a row.</summary>
internal sealed class ImageFileRow
{
    // ImageType has to name a size, which ImagesToPixels does not look at.
    [ImageType(1, 1)]
    public required MLImage Image { get; init; }

    /// <summary>Gets the absolute path.</summary>
    public required string Path { get; init; }
}
