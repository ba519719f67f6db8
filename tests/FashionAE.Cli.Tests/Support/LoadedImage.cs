using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.Cli.Tests.Support;

/// <summary>A row with an image.</summary>
internal sealed class LoadedImage
{
    [ImageType(28, 28)]
    public required MLImage Image { get; init; }
}
