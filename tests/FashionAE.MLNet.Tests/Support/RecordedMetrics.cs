using System.Runtime.InteropServices;
using System.Text.Json;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>The cases of Golden/anomaly_metrics.json, with the results of scikit-learn and an independent AUPRO.</summary>
internal static class RecordedMetrics
{
    private static readonly JsonElement Root =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "anomaly_metrics.json"))).RootElement;

    public static TheoryData<string> Images => Names("images");

    public static TheoryData<string> Pixels => Names("pixels");

    public static JsonElement Case(string kind, string name) =>
        Root.GetProperty(kind).EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == name);

    public static double Number(this JsonElement entry, string name) => entry.GetProperty(name).GetDouble();

    public static float[] Singles(this JsonElement entry, string name) =>
        MemoryMarshal.Cast<byte, float>(entry.GetProperty(name).GetBytesFromBase64()).ToArray();

    public static bool[] Flags(this JsonElement entry, string name) =>
        Array.ConvertAll(entry.GetProperty(name).GetBytesFromBase64(), value => value != 0);

    public static int[] Integers(this JsonElement entry, string name) =>
        [.. entry.GetProperty(name).EnumerateArray().Select(value => value.GetInt32())];

    private static TheoryData<string> Names(string kind) =>
        [.. Root.GetProperty(kind).EnumerateArray().Select(entry => entry.GetProperty("name").GetString()!)];
}
