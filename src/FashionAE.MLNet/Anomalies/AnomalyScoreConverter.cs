using System.Text.Json;
using System.Text.Json.Serialization;

namespace FashionAE.MLNet;

/// <summary>Converts a score to and from JSON. As with architectures, the JSON contains the name of the type.</summary>
internal sealed class AnomalyScoreConverter : JsonConverter<AnomalyScore>
{
    private static readonly TypeDescription<AnomalyScore> Types = new(new Dictionary<string, Type>
    {
        ["mean squared error"] = typeof(MeanSquaredErrorScore),
        ["weighted error"] = typeof(WeightedErrorScore),
        ["largest local error"] = typeof(LargestLocalErrorScore),
        ["latent neighbors"] = typeof(LatentNeighborsScore),
        ["image neighbors"] = typeof(ImageNeighborsScore),
        ["combined"] = typeof(CombinedScore),
    });

    public override void Write(Utf8JsonWriter writer, AnomalyScore value, JsonSerializerOptions options) =>
        Types.Write(value).WriteTo(writer);

    public override AnomalyScore Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        try
        {
            return Types.Read(document.RootElement, name => new FormatException(
                $"This model file has the anomaly score {SavedAutoencoder.Listed([name])}, whose assembly is not among this application's "
                + "assemblies: reference the assembly that defines it."));
        }
        catch (Exception e) when (SavedAutoencoder.IsNoNetwork(e))
        {
            throw new JsonException($"an anomaly score is invalid ({e.Message})", e);
        }
    }
}
