using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Microsoft.ML;
using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>
/// What an autoencoder needs to detect anomalies. A model file has the settings as JSON and beside them, with its SHA-256, what was
/// learned.
/// </summary>
/// <param name="Score">The score.</param>
/// <param name="Smoothing">The standard deviation of the Gaussian that smooths error maps, in pixels.</param>
/// <param name="PixelThreshold">The smoothed error above which a pixel belongs to the mask.</param>
/// <param name="Sha256">The SHA-256 of what was learned; empty where that has not been saved.</param>
internal sealed record Detector(AnomalyScore Score, double Smoothing, float PixelThreshold, string Sha256 = "")
{
    private const string FileName = "Detector.safetensors";
    private const string DistributionName = "distribution";
    private const string HeldOutName = "heldOut";
    private const string ScorePrefix = "score.";
    private const string MapWeightsName = "mapWeights";

    /// <summary>Gets the detector of a model file of version 0.1, which has a threshold of the mean squared error alone.</summary>
    public static Detector OfOldFile { get; } = new(AnomalyScore.MeanSquaredError, Smoothing: 0, PixelThreshold: 0);

    /// <summary>Gets what the score learned.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, float[]> Learned { get; init; } = new Dictionary<string, float[]>();

    /// <summary>Gets what the error of each pixel is multiplied by in error maps; null for nothing.</summary>
    [JsonIgnore]
    public float[]? MapWeights { get; init; }

    /// <summary>Gets the distribution of normal rows' scores; null where it came from a file of version 0.1, which has none.</summary>
    [JsonIgnore]
    public ScoreDistribution? Distribution { get; init; }

    /// <summary>
    /// Gets the scores of the rows that were held out, in ascending order; of a detector that was loaded, quantiles of them, or none where
    /// it is of version 0.1.
    /// </summary>
    [JsonIgnore]
    public double[] HeldOutScores { get; init; } = [];

    /// <exception cref="ArgumentException">A setting is out of its range, or does not go with images of that shape.</exception>
    public void Check(InputShape? shape = null)
    {
        Score.Check(shape);
        if (!(Smoothing >= 0 && double.IsFinite(Smoothing)))
            throw new ArgumentException($"{nameof(Smoothing)} is {Smoothing}; it must be 0 or more.");
        if (!(PixelThreshold >= 0))
            throw new ArgumentException("the threshold of pixels is none");
    }

    /// <summary>Saves what was learned.</summary>
    /// <returns>The detector with its SHA-256.</returns>
    public (Detector Detector, byte[] Bytes) Write()
    {
        var arrays = Learned.ToDictionary(array => ScorePrefix + array.Key, array => array.Value);
        if (Distribution is not null)
            (arrays[DistributionName], arrays[HeldOutName]) = (Distribution.Numbers, ScoreDistribution.Quantiles(HeldOutScores));
        if (MapWeights is not null)
            arrays[MapWeightsName] = MapWeights;
        using var stream = new MemoryStream();
        SafeTensorsFile.Write(
            stream, arrays.ToDictionary(array => array.Key, array => StoredTensor.Of(array.Value, array.Value.Length)));
        return (this with { Sha256 = Convert.ToHexString(SHA256.HashData(stream.ToArray())) }, stream.ToArray());
    }

    public static void Save(ModelSaveContext context, byte[] bytes) => context.SaveBinaryStream(FileName, stream => stream.Write(bytes));

    /// <summary>Loads what was learned.</summary>
    /// <exception cref="FormatException">The file was altered.</exception>
    public Detector Load(ModelLoadContext context, InputShape shape, int latentSize)
    {
        SafeTensorsFile? file = null;
        try
        {
            if (!context.TryLoadBinaryStream(FileName, reader => file = SafeTensorsFile.Read(reader.BaseStream, Sha256)))
                throw ModelFile.Corrupt($"{FileName} is missing");
            Check(shape);
            var arrays = file!.Tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.Type == ScalarType.Float32
                ? tensor.Value.Floats.ToArray()
                : throw new InvalidDataException($"'{tensor.Key}' is {tensor.Value.Type}"));
            if (arrays.Remove(DistributionName, out var numbers) && !ScoreDistribution.Is(numbers))
                throw new InvalidDataException("the distribution of the scores is none");
            if (arrays.Remove(MapWeightsName, out var weights)
                && (weights.Length != shape.Height * shape.Width || !Array.TrueForAll(weights, float.IsFinite)))
                throw new InvalidDataException("the weights of error maps are none");
            arrays.Remove(HeldOutName, out var heldOut);
            if (heldOut?.All(float.IsFinite) == false)
                throw new InvalidDataException("the scores of held-out rows are none");
            var learned = arrays.ToDictionary(array => array.Key[ScorePrefix.Length..], array => array.Value);
            Score.CheckLearned(learned, shape, latentSize);
            var distribution = numbers is null ? null : new ScoreDistribution(numbers);
            return this with
            {
                Learned = learned,
                MapWeights = weights,
                Distribution = distribution,
                HeldOutScores = [.. (heldOut ?? []).Order().Select(score => (double)score)],
            };
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            throw ModelFile.Corrupt($"{FileName} is no part of a detector ({e.Message.TrimEnd('.')})");
        }
    }
}
