using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Microsoft.ML;
using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>
/// The scores and latent vectors of rows as they were at the training, with which a drift monitor compares new ones: a sample, drawn at
/// random. A model file has the settings as JSON and beside them, with its SHA-256, the sample.
/// </summary>
/// <param name="IsUnseen">Whether the network was not fitted to the rows: it has lower errors with those that it was fitted to.</param>
/// <param name="Sha256">The SHA-256 of the sample; empty where that has not been saved.</param>
internal sealed record DriftReference(bool IsUnseen, string Sha256 = "")
{
    /// <summary>How many rows are read at most, drawn at random.</summary>
    public const int MostRows = 1 << 14;

    /// <summary>How many rows a test needs to find anything.</summary>
    public const int FewestRows = 50;

    // 128 KiB of latent vectors.
    private const int MostNumbers = 1 << 15;
    private const string FileName = "Reference.safetensors";
    private const string ScoresName = "scores";
    private const string CodesName = "codes";

    /// <summary>
    /// Gets the scores in ascending order; of more than 2,000, as many quantiles. These are nearer to the distribution than so many scores,
    /// and are compared as if they were scores: false alarms become fewer.
    /// </summary>
    [JsonIgnore]
    public float[] Scores { get; init; } = [];

    /// <summary>Gets the latent vectors of rows that were drawn, one after the other in random order.</summary>
    [JsonIgnore]
    public float[] Codes { get; init; } = [];

    /// <summary>Draws a sample.</summary>
    /// <param name="rows">The rows, each of which may be in the place of the one before. Those with missing values are left out.</param>
    /// <param name="seed">The seed of what is drawn.</param>
    /// <param name="isUnseen">Whether the network was not fitted to the rows.</param>
    public static DriftReference Draw(IEnumerable<(ReadOnlyMemory<float> Code, float Score)> rows, int seed, bool isUnseen)
    {
        var random = new Random(seed);
        var (scores, codes, seen) = (new List<double>(), new List<float[]>(), 0L);
        foreach (var (code, score) in rows)
        {
            if (!float.IsFinite(score) || FiniteValues.IndexOfOther(code.Span, masksMissing: false) >= 0)
                continue;
            // Every subset of a size is as likely as any other (Vitter 1985, ACM Transactions on Mathematical Software 11, algorithm R).
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

    /// <summary>Saves the sample.</summary>
    /// <returns>The reference with its SHA-256.</returns>
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
    /// <exception cref="FormatException">The file was altered.</exception>
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
                throw new InvalidDataException($"{scores.Length} scores have {codes.Length} numbers of latent vectors");
            return this with { Scores = [.. scores.Order()], Codes = codes };
        }
        catch (InvalidDataException e)
        {
            throw ModelFile.Corrupt($"{FileName} is no reference for drift ({e.Message.TrimEnd('.')})");
        }
    }

    /// <summary>Keeps a value of a row: beside the others, or in the place of another one where there are enough.</summary>
    private static void Keep<T>(List<T> sample, T value, int most, long place)
    {
        if (sample.Count < most)
            sample.Add(value);
        else if (place < most)
            sample[(int)place] = value;
    }
}
