using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet.Tests.Imaging;

/// <summary>A row with an image of any size.</summary>
public sealed class PictureRow
{
    [ImageType]
    public MLImage? Image { get; set; }
}
