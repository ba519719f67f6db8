using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Report.Tests.Support;

/// <summary>A row of four values.</summary>
internal sealed class FourValues
{
    [VectorType(4)]
    public float[] Features { get; set; } = [];

    public string Label { get; set; } = "";

    public bool IsOdd { get; set; }

    public float Number { get; set; }

    /// <summary>Creates a view of rows with their classes.</summary>
    public static IDataView View(MLContext ml, params (string Label, float[] Values)[] rows) => ml.Data.LoadFromEnumerable(
        rows.Select((row, i) => new FourValues { Features = row.Values, Label = row.Label, IsOdd = i % 2 == 1, Number = i + 0.5f }).ToList());
}

/// <summary>A row with a gray image of 8x8 pixels.</summary>
internal sealed class SmallImage
{
    [VectorType(1, 8, 8)]
    public float[] Pixels { get; set; } = [];

    public string Label { get; set; } = "";

    /// <summary>Creates a view of images with one bright pixel each. Brightness decreases, so the first image has the largest error.</summary>
    public static IDataView View(MLContext ml, int count, params string[] labels) => ml.Data.LoadFromEnumerable(
        Enumerable.Range(0, count).Select(i => new SmallImage
        {
            Pixels = [.. Enumerable.Range(0, 64).Select(pixel => pixel == 10 ? 1 - (float)i / count : 0)],
            Label = labels[i % labels.Length],
        }).ToList());
}
