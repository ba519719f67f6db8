using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace EncodeImageFiles;

/// <summary>A row with an image of 28 by 28 pixels.</summary>
internal sealed class Drawing
{
    [ImageType(28, 28)]
    public MLImage Image { get; set; } = null!;
}
