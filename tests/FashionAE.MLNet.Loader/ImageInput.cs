using Microsoft.ML.Data;

namespace FashionAE.MLNet.Loader;

internal sealed class ImageInput
{
    public const int Size = 144;

    [VectorType(Size)]
    public float[] Pixels { get; set; } = [];
}
