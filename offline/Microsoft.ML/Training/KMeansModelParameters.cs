using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

[assembly: Microsoft.ML.LoadableClass(
    typeof(KMeansModelParameters), null, typeof(Microsoft.ML.SignatureLoadModel), "", KMeansModelParameters.LoaderSignature)]

namespace Microsoft.ML.Trainers;

/// <summary>The centres of clusters. The scores are the squares of the distances to them.</summary>
public sealed class KMeansModelParameters : ModelParametersBase<VBuffer<float>>
{
    internal const string LoaderSignature = "KMeansPredictor";

    private static readonly VersionInfo Version = VersionInfoOf.Stable("KML MOD ", LoaderSignature);
    private readonly float[][] _centroids;

    internal KMeansModelParameters(float[][] centroids) => _centroids = centroids;

    internal int NumberOfClusters => _centroids.Length;

    internal override int FeatureCount => _centroids[0].Length;

    public void GetClusterCentroids(ref VBuffer<float>[] centroids, out int k)
    {
        k = NumberOfClusters;
        ModelVectors.Copy(_centroids, ref centroids);
    }

    internal static KMeansModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var centroids = new float[ctx.Reader.ReadCount(sizeof(int))][];
        for (var i = 0; i < centroids.Length; i++)
            centroids[i] = ctx.Reader.ReadValues<float>();
        if (centroids.Length == 0 || centroids[0].Length == 0 || centroids.Any(centroid => centroid.Length != centroids[0].Length))
            throw new FormatException("Corrupt model file");
        return new KMeansModelParameters(centroids);
    }

    internal override void Map(ReadOnlySpan<float> features, ref VBuffer<float> score)
    {
        var editor = VBufferEditor.Create(ref score, NumberOfClusters);
        for (var i = 0; i < _centroids.Length; i++)
            editor.Values[i] = Dense.SquaredDistance(features, _centroids[i]);
        score = editor.Commit();
    }

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        ctx.Writer.Write(_centroids.Length);
        foreach (var centroid in _centroids)
            ctx.Writer.WriteValues<float>(centroid);
    }
}
