namespace Microsoft.ML.Trainers;

/// <summary>What a trainer of many passes learns from, in memory.</summary>
internal sealed class Examples
{
    private Examples(float[][] features, float[] weights, int[] labels) => (Features, Weights, Labels) = (features, weights, labels);

    public float[][] Features { get; }

    public float[] Weights { get; }

    public int[] Labels { get; }

    public static Examples Read(ExampleCursor cursor)
    {
        var (features, weights, labels) = (new List<float[]>(), new List<float>(), new List<int>());
        while (cursor.MoveNext())
        {
            features.Add([.. cursor.Features]);
            weights.Add(cursor.Weight);
            labels.Add(cursor.Label);
        }
        return new Examples([.. features], [.. weights], [.. labels]);
    }
}
