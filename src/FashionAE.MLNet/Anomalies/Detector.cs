using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Microsoft.ML;
using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>
/// The settings of an anomaly detector and the values that it learned. A model file contains the settings as JSON. The learned values are a
/// separate entry of the model file. The SHA-256 of this entry is one of the settings.
/// </summary>
/// <param name="Score">The anomaly score.</param>
/// <param name="Smoothing">The standard deviation, in pixels, of the Gaussian that smooths error maps.</param>
/// <param name="PixelThreshold">The smoothed error above which a pixel belongs to the mask.</param>
/// <param name="Sha256">The SHA-256 of the learned values; empty until they have been saved.</param>
internal sealed record Detector(AnomalyScore Score, double Smoothing, float PixelThreshold, string Sha256 = "")
{
    private const string FileName = "Detector.safetensors";
    private const string DistributionName = "distribution";
    private const string HeldOutName = "heldOut";
    private const string ScorePrefix = "score.";
    private const string MapWeightsName = "mapWeights";

    /// <summary>Gets the detector of a model file of version 0.1, which contains only a threshold of the mean squared error.</summary>
    public static Detector OfOldFile { get; } = new(AnomalyScore.MeanSquaredError, Smoothing: 0, PixelThreshold: 0);

    /// <summary>Gets the arrays that the score learned.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, float[]> Learned { get; init; } = new Dictionary<string, float[]>();

    /// <summary>Gets the factors for the error of each pixel in error maps, or null if the errors are not weighted.</summary>
    [JsonIgnore]
    public float[]? MapWeights { get; init; }

    /// <summary>Gets the distribution of the scores of normal rows, or null for a file of version 0.1.</summary>
    [JsonIgnore]
    public ScoreDistribution? Distribution { get; init; }

    /// <summary>
    /// Gets the scores of held-out rows in ascending order. A loaded detector has quantiles of them, or an empty array if its file is of
    /// version 0.1.
    /// </summary>
    [JsonIgnore]
    public double[] HeldOutScores { get; init; } = [];

    /// <exception cref="ArgumentException">A setting is out of range, or does not fit images of this shape.</exception>
    public void Check(InputShape? shape = null)
    {
        Score.Check(shape);
        if (!(Smoothing >= 0 && double.IsFinite(Smoothing)))
            throw new ArgumentException($"{nameof(Smoothing)} is {Smoothing}; it must be 0 or more.");
        if (!(PixelThreshold >= 0))
            throw new ArgumentException($"The pixel threshold is invalid: it is {PixelThreshold}, and must be 0 or more.");
    }

    /// <summary>Serializes the learned values.</summary>
    /// <returns>The detector with the SHA-256 of the values, and the bytes of the values.</returns>
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

    /// <summary>Loads the learned values.</summary>
    /// <exception cref="FormatException">The file is corrupt.</exception>
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
                : throw new InvalidDataException($"'{tensor.Key}' has type {tensor.Value.Type} instead of Float32"));
            if (arrays.Remove(DistributionName, out var numbers) && !ScoreDistribution.Is(numbers))
                throw new InvalidDataException("the score distribution is invalid");
            if (arrays.Remove(MapWeightsName, out var weights)
                && (weights.Length != shape.Height * shape.Width || !Array.TrueForAll(weights, float.IsFinite)))
                throw new InvalidDataException("the error map weights are invalid");
            arrays.Remove(HeldOutName, out var heldOut);
            if (heldOut?.All(float.IsFinite) == false)
                throw new InvalidDataException("a score of a held-out row is infinite or NaN");
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
            throw ModelFile.Corrupt($"{FileName} is invalid ({e.Message.TrimEnd('.')})");
        }
    }
}
