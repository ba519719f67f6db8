using Microsoft.ML.Data;

namespace FashionAE.Cli.Tests.Support;

/// <summary>A row with an image in two columns.</summary>
internal sealed class Halves
{
    [VectorType(392)]
    public float[] Upper { get; set; } = new float[392];

    [VectorType(392)]
    public float[] Lower { get; set; } = new float[392];
}
