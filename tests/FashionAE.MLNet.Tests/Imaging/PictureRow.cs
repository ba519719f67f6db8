using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet.Tests.Imaging;

/// <summary>A row with an image of any size. ImageType requires a size, but ImagesToPixels ignores it.</summary>
public sealed class PictureRow
{
    [ImageType(1, 1)]
    public MLImage? Image { get; set; }
}
