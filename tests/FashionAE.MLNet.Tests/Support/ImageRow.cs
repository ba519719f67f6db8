using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Support;

public sealed class ImageRow
{
    public int Id { get; set; }

    [VectorType(Images.Size)]
    public float[] Pixels { get; set; } = [];

    [VectorType(Images.Size)]
    public float[] Noisy { get; set; } = [];

    public string Name { get; set; } = "";

    [VectorType(3)]
    public double[] Extra { get; set; } = [];
}
