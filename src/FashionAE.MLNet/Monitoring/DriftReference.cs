using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Microsoft.ML;
using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>
/// The reference of a drift monitor: a random sample of the scores and latent vectors of normal rows, usually from the time of the
/// training. In a model file, the sample is a separate entry, and the JSON contains <see cref="IsUnseen"/> and the SHA-256 of that entry.
/// </summary>
/// <param name="IsUnseen">True if the network was not trained on the rows. It has lower errors on rows that it was trained on.</param>
/// <param name="Sha256">The SHA-256 of the sample; empty until it has been saved.</param>
internal sealed record DriftReference(bool IsUnseen, string Sha256 = "")
{
    /// <summary>The largest number of rows whose scores are kept. They are drawn at random.</summary>
    public const int MostRows = 1 << 14;

    /// <summary>The smallest number of rows with which a test can find a change.</summary>
    public const int FewestRows = 50;

    // 128 KiB of latent vectors.
    private const int MostNumbers = 1 << 15;
    private const string FileName = "Reference.safetensors";
    private const string ScoresName = "scores";
    private const string CodesName = "codes";

    /// <summary>
    /// Gets the scores in ascending order. If there are more than 2,000, they are replaced by 2,000 quantiles. Quantiles are closer to the
    /// distribution than the same number of scores, but are compared as if they were scores. This reduces false alarms.
    /// </summary>
    [JsonIgnore]
    public float[] Scores { get; init; } = [];

    /// <summary>Gets the latent vectors of the sample, one after the other in random order.</summary>
    [JsonIgnore]
    public float[] Codes { get; init; } = [];

    /// <summary>Draws a sample.</summary>
    /// <param name="rows">The rows. A latent vector may be overwritten by the next one. Rows with missing values are left out.</param>
    /// <param name="seed">The seed for drawing.</param>
    /// <param name="isUnseen">True if the network was not trained on the rows.</param>
    public static DriftReference Draw(IEnumerable<(ReadOnlyMemory<float> Code, float Score)> rows, int seed, bool isUnseen)
    {
        var random = new Random(seed);
        var (scores, codes, seen) = (new List<double>(), new List<float[]>(), 0L);
        foreach (var (code, score) in rows)
        {
            if (!float.IsFinite(score) || FiniteValues.IndexOfOther(code.Span, masksMissing: false) >= 0)
                continue;
            // All subsets of a size are equally likely (Vitter 1985, ACM Transactions on Mathematical Software 11, algorithm R).
            var place = random.NextInt64(++seen);
            Keep(scores, score, MostRows, place);
            Keep(codes, code.ToArray(), Math.Clamp(MostNumbers / code.Length, FewestRows, EnergyTest.MostVectors), place);
        }
        scores.Sort();
        random.Shuffle(CollectionsMarshal.AsSpan(codes));
        return new DriftReference(isUnseen)
        {
            Scores = ScoreDistribution.Quantiles([.. scores]),
            Codes = [.. codes.SelectMany(code => code)],
        };
    }

    /// <summary>Serializes the sample.</summary>
    /// <returns>The reference with the SHA-256 of the sample, and the bytes of the sample.</returns>
    public (DriftReference Reference, byte[] Bytes) Write()
    {
        using var stream = new MemoryStream();
        SafeTensorsFile.Write(stream, new Dictionary<string, StoredTensor>
        {
            [ScoresName] = StoredTensor.Of(Scores, Scores.Length),
            [CodesName] = StoredTensor.Of(Codes, Codes.Length),
        });
        return (this with { Sha256 = Convert.ToHexString(SHA256.HashData(stream.ToArray())) }, stream.ToArray());
    }

    public static void Save(ModelSaveContext context, byte[] bytes) => context.SaveBinaryStream(FileName, stream => stream.Write(bytes));

    /// <summary>Loads the sample.</summary>
    /// <exception cref="FormatException">The file is corrupt.</exception>
    public DriftReference Load(ModelLoadContext context, int latentSize)
    {
        SafeTensorsFile? file = null;
        try
        {
            if (!context.TryLoadBinaryStream(FileName, reader => file = SafeTensorsFile.Read(reader.BaseStream, Sha256)))
                throw ModelFile.Corrupt($"{FileName} is missing");
            float[] Numbers(string name) =>
                file!.Tensors.GetValueOrDefault(name) is { Type: ScalarType.Float32 } tensor && tensor.IsFinite()
                    ? tensor.Floats.ToArray()
                    : throw new InvalidDataException($"'{name}' is missing, or has a value that is infinite or NaN");
            var (scores, codes) = (Numbers(ScoresName), Numbers(CodesName));
            if (scores.Length > ScoreDistribution.MostKnots || codes.Length % latentSize != 0 || codes.Length / latentSize > scores.Length
                || (codes.Length == 0 && scores.Length > 0))
                throw new InvalidDataException($"{scores.Length} scores do not fit {codes.Length} latent values");
            return this with { Scores = [.. scores.Order()], Codes = codes };
        }
        catch (InvalidDataException e)
        {
            throw ModelFile.Corrupt($"{FileName} is invalid ({e.Message.TrimEnd('.')})");
        }
    }

    /// <summary>Adds a value to the sample. If the sample is full, the value replaces another one or is dropped.</summary>
    private static void Keep<T>(List<T> sample, T value, int most, long place)
    {
        if (sample.Count < most)
            sample.Add(value);
        else if (place < most)
            sample[(int)place] = value;
    }
}
