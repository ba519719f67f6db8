using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>An image whose upper half (key 1) or lower half (key 2) is bright.</summary>
public sealed class HalfRow
{
    [VectorType(Images.Size)]
    public float[] Pixels { get; set; } = [];

    [KeyType(2)]
    public uint Label { get; set; }
}
