using System.Text.Json;
using Offline.Microsoft.ML.Tests.Transforms;

namespace Offline.Microsoft.ML.Tests.Training;

/// <summary>Figures that the genuine package answers, and what the tests of trainers share.</summary>
internal static class Recorded
{
    private static readonly JsonElement Root =
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "mlnet.json"))).RootElement;

    public static double Number(string name) => Root.GetProperty(name).GetDouble();

    public static double Number(string name, string member) => Root.GetProperty(name).GetProperty(member).GetDouble();

    public static int[][] Confusion(string name) => Root.GetProperty(name).GetProperty("confusion").EnumerateArray()
        .Select(row => row.EnumerateArray().Select(cell => cell.GetInt32()).ToArray()).ToArray();

    public static string[] Texts(string name) => Root.GetProperty(name).EnumerateArray().Select(text => text.GetString()).ToArray();

    public static string Message(this Exception error) => $"{error.GetType()}: {error.Message}";

    /// <summary>Every value of two views is the same, and so are their schemas.</summary>
    public static void AssertSame(IDataView expected, IDataView actual)
    {
        Assert.Equal(expected.Schema.Describe(), actual.Schema.Describe());
        foreach (var column in expected.Schema.Where(column => !column.IsHidden))
        {
            if (column.Type is VectorDataViewType { ItemType: NumberDataViewType })
                Assert.Equal(expected.Vectors(column.Name), actual.Vectors(column.Name));
            else if (column.Type is KeyDataViewType)
                Assert.Equal(expected.Column<uint>(column.Name), actual.Column<uint>(column.Name));
            else if (column.Type is BooleanDataViewType)
                Assert.Equal(expected.Column<bool>(column.Name), actual.Column<bool>(column.Name));
            else if (column.Type is NumberDataViewType)
                Assert.Equal(expected.Column<float>(column.Name), actual.Column<float>(column.Name));
        }
    }

    public static ITransformer SavedAndLoaded(ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        new MLContext(1).Model.Save(model, schema, stream);
        stream.Position = 0;
        return new MLContext(2).Model.Load(stream, out _);
    }

    /// <summary>The text of an annotation of a column.</summary>
    public static string Annotation(this DataViewSchema schema, string column, string kind)
    {
        ReadOnlyMemory<char> text = default;
        schema[column].Annotations.GetValue(kind, ref text);
        return text.ToString();
    }

    /// <summary>Rows in ten dimensions, on a plane but for a little noise. The first four dimensions hold the plane.</summary>
    public static Table Plane(int rows, float offset = 0)
    {
        var random = new Random(5);
        float Noise() => (float)(random.NextDouble() - 0.5);
        var values = Enumerable.Range(0, rows).Select(_ =>
        {
            var (first, second) = (10 * Noise(), 4 * Noise());
            return (float[])[first + offset, first + offset, second, -second, .. Enumerable.Range(0, 6).Select(_ => 0.01f * Noise())];
        }).ToArray();
        return new Table(rows).AddVector("Features", 10, row => values[row]);
    }
}
