namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Transforms;

/// <summary>A row with the values of an image of one row of two pixels, in each type they can have.</summary>
public sealed class VectorRow
{
    [VectorType(2)]
    public float[] Floats { get; set; } = new float[2];

    [VectorType(2)]
    public double[] Doubles { get; set; } = new double[2];

    [VectorType(2)]
    public byte[] Bytes { get; set; } = new byte[2];

    [VectorType(2)]
    public int[] Integers { get; set; } = new int[2];

    public float[] Unknown { get; set; } = new float[2];

    public float Scalar { get; set; }

    public string Text { get; set; }
}
