using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

[assembly: Microsoft.ML.LoadableClass(
    typeof(PcaModelParameters), null, typeof(Microsoft.ML.SignatureLoadModel), "", PcaModelParameters.LoaderSignature)]

namespace Microsoft.ML.Trainers;

/// <summary>Principal components. The score is the share of a row's distance to the mean that they leave: 0 within them, 1 across.</summary>
public sealed class PcaModelParameters : ModelParametersBase<float>
{
    internal const string LoaderSignature = "pcaAnomExec";

    private static readonly VersionInfo Version = VersionInfoOf.Stable("PCA ANOM", LoaderSignature);
    private readonly float[][] _vectors;
    private readonly float[] _mean;

    /// <param name="vectors">The directions, that of the greatest variance first.</param>
    /// <param name="mean">The mean, or null where that is taken for 0.</param>
    internal PcaModelParameters(float[][] vectors, float[] mean) => (_vectors, _mean) = (vectors, mean);

    internal override int FeatureCount => _vectors[0].Length;

    public void GetEigenVectors(ref VBuffer<float>[] vectors, out int rank)
    {
        rank = _vectors.Length;
        ModelVectors.Copy(_vectors, ref vectors);
    }

    public void GetMean(ref VBuffer<float> mean)
    {
        if (_mean is null)
            mean = new VBuffer<float>(FeatureCount, 0, null, null);
        else
            VBuffer<float>.Copy(_mean, 0, ref mean, _mean.Length);
    }

    internal static PcaModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var (vectors, mean) = Load(ctx.Reader);
        return new PcaModelParameters(vectors, mean);
    }

    internal static (float[][] Vectors, float[] Mean) Load(BinaryReader reader)
    {
        var vectors = new float[reader.ReadCount(sizeof(int))][];
        for (var i = 0; i < vectors.Length; i++)
            vectors[i] = reader.ReadValues<float>();
        var mean = reader.ReadBoolean() ? reader.ReadValues<float>() : null;
        if (vectors.Length == 0 || vectors[0].Length == 0 || vectors.Append(mean ?? vectors[0]).Any(vector => vector.Length != vectors[0].Length))
            throw new FormatException("Corrupt model file");
        return (vectors, mean);
    }

    internal static void Save(BinaryWriter writer, float[][] vectors, float[] mean)
    {
        writer.Write(vectors.Length);
        foreach (var vector in vectors)
            writer.WriteValues<float>(vector);
        writer.Write(mean is not null);
        if (mean is not null)
            writer.WriteValues<float>(mean);
    }

    internal override void Map(ReadOnlySpan<float> features, ref float score)
    {
        var centered = new float[features.Length];
        for (var i = 0; i < centered.Length; i++)
            centered[i] = features[i] - (_mean?[i] ?? 0);
        var all = Dense.Dot(centered, centered.AsSpan());
        var within = 0.0;
        foreach (var vector in _vectors)
            within += Math.Pow(Dense.Dot(centered, vector.AsSpan()), 2);
        // Rounding can make the difference negative; the mean itself is within.
        score = all == 0 ? 0 : (float)Math.Sqrt(Math.Max(0, all - within) / all);
    }

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        Save(ctx.Writer, _vectors, _mean);
    }
}
