using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>An image whose upper half (label 0) or lower half (label 1) is bright.</summary>
public sealed class HalfRow
{
    [VectorType(Images.Size)]
    public float[] Pixels { get; set; } = [];

    [KeyType(2)]
    public uint Label { get; set; }
}
