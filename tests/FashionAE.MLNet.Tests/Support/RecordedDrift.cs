using System.Text.Json;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>The cases of Golden/drift.json: seeded samples with the results of scipy.</summary>
internal static class RecordedDrift
{
    private static readonly JsonElement Root =
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "drift.json"))).RootElement;

    public static TheoryData<string> Names(string kind) => [.. Root.GetProperty(kind).EnumerateArray().Select(entry => entry.GetProperty("name").GetString()!)];

    public static JsonElement Case(string kind, string name) =>
        Root.GetProperty(kind).EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == name);
}
