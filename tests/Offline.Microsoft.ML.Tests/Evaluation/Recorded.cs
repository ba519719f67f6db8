using System.Text.Json;
using Offline.Microsoft.ML.Tests.Transforms;

namespace Offline.Microsoft.ML.Tests.Evaluation;

/// <summary>Scored rows, and what the genuine package says of them.</summary>
internal static class Recorded
{
    private static readonly JsonElement Root =
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "mlnet.json"))).RootElement;

    public static Table ScoredRows()
    {
        var rows = Root.GetProperty("scored_rows").EnumerateArray().ToArray();
        return new Table(rows.Length)
            .AddKeys("Label", 3, row => rows[row].GetProperty("label").GetUInt32() + 1)
            .AddVector("Features", 2, row => Numbers<float>(rows[row].GetProperty("features")))
            .AddVector("Score", 3, row => Numbers<float>(rows[row].GetProperty("score")))
            .AddKeys("PredictedLabel", 3, row => rows[row].GetProperty("predicted").GetUInt32() + 1);
    }

    public static Table AnomalyRows()
    {
        var rows = Root.GetProperty("anomaly_rows").EnumerateArray().ToArray();
        return new Table(rows.Length)
            .AddFloat("Label", row => rows[row].GetProperty("label").GetSingle())
            .AddFloat("Score", row => rows[row].GetProperty("score").GetSingle())
            .Add("PredictedLabel", BooleanDataViewType.Instance, row => rows[row].GetProperty("predicted").GetBoolean());
    }

    public static double Number(string name) => Root.GetProperty(name).GetDouble();

    public static double Number(string name, string metric) => Root.GetProperty(name).GetProperty(metric) is { ValueKind: JsonValueKind.Number } number
        ? number.GetDouble()
        : double.NaN;

    public static double[] Numbers(string name, string metric) => Numbers<double>(Root.GetProperty(name).GetProperty(metric));

    public static double[][] Matrix(string name) => Root.GetProperty(name).GetProperty("confusion").EnumerateArray().Select(Numbers<double>).ToArray();

    public static string Table(string name) => Root.GetProperty(name).GetProperty("table").GetString().ReplaceLineEndings();

    public static Table AddKeys(this Table table, string name, int count, Func<int, uint> key) => table.Add(name, new KeyDataViewType(typeof(uint), count), key);

    private static T[] Numbers<T>(JsonElement array) => array.Deserialize<T[]>();
}
