using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet.Tests.Imaging;

/// <summary>A row with an image of any size: ImageType has to name one, which ImagesToPixels does not look at.</summary>
public sealed class PictureRow
{
    [ImageType(1, 1)]
    public MLImage? Image { get; set; }
}
