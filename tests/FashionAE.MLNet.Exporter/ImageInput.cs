using Microsoft.ML.Data;

namespace FashionAE.MLNet.Exporter;

internal sealed class ImageInput
{
    [VectorType(144)]
    public float[] Pixels { get; set; } = [];
}
