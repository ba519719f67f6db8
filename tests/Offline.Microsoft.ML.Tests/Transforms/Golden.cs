using System.Text.Json;

namespace Offline.Microsoft.ML.Tests.Transforms;

/// <summary>What the genuine package answers, recorded once: see the file.</summary>
internal static class Golden
{
    private static readonly JsonElement Root =
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "mlnet.json"))).RootElement;

    /// <summary>The data set: 300 rows of two features and a label.</summary>
    public static Table Data()
    {
        var rows = Root.GetProperty("rows").EnumerateArray().ToArray();
        var features = rows.Select(row => Floats(row.GetProperty("features"))).ToArray();
        var labels = rows.Select(row => row.GetProperty("label").GetString()).ToArray();
        return new Table(rows.Length).AddVector("Features", 2, row => features[row]).AddText("LabelText", row => labels[row]);
    }

    public static string Text(string name) => Root.GetProperty(name).GetString();

    public static uint[] Keys(string name) => Root.GetProperty(name).EnumerateArray().Select(key => key.GetUInt32()).ToArray();

    public static float[][] Vectors(string name) => Root.GetProperty(name).EnumerateArray().Select(Floats).ToArray();

    /// <summary>A schema, a line a column: name, type and the kinds and types of the annotations.</summary>
    public static string[] Schema(string name) => Root.GetProperty(name).EnumerateArray().Select(column =>
        $"{column.GetProperty("name")} {column.GetProperty("type")} {string.Join(" ", column.GetProperty("annotations").EnumerateArray())}").ToArray();

    public static string[] InTheSameWords(DataViewSchema schema) => schema.Where(column => !column.IsHidden).Select(column =>
        $"{column.Name} {column.Type} {string.Join(" ", column.Annotations.Schema.Select(kind => $"{kind.Name}:{kind.Type}"))}").ToArray();

    private static float[] Floats(JsonElement array) => array.EnumerateArray().Select(number => number.GetSingle()).ToArray();
}
