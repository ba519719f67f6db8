using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms;

[assembly: Microsoft.ML.LoadableClass(
    typeof(PrincipalComponentAnalysisTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "",
    PrincipalComponentAnalysisTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class PrincipalComponentAnalysisTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "PcaTransform";

    private static readonly VersionInfo Version = VersionInfoOf.Stable("PCA FUNC", LoaderSignature);
    private readonly (float[][] Vectors, float[] Mean)[] _columns;

    internal PrincipalComponentAnalysisTransformer(IEnumerable<(string Output, string Input)> pairs, (float[][] Vectors, float[] Mean)[] columns)
        : base(pairs) => _columns = columns;

    internal static PrincipalComponentAnalysisTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var pairs = LoadPairs(ctx);
        return new PrincipalComponentAnalysisTransformer(pairs, Array.ConvertAll(pairs, _ => PcaModelParameters.Load(ctx.Reader)));
    }

    internal static void Check(DataViewSchema.Column input)
    {
        if (input.Type is not VectorDataViewType { Size: > 1 } type || type.ItemType != NumberDataViewType.Single)
            throw Mismatch(input.Name, input.Type.ToString());
    }

    internal static ArgumentOutOfRangeException Mismatch(string column, string actual) =>
        Contracts.SchemaMismatch("input", column, "known-size vector of Single of two or more items", actual);

    private protected override MappedColumn MakeColumn(int index, DataViewSchema.Column input)
    {
        Check(input);
        var (vectors, mean) = _columns[index];
        var expected = new VectorDataViewType(NumberDataViewType.Single, vectors[0].Length);
        if (((VectorDataViewType)input.Type).Size != expected.Size)
            throw Contracts.SchemaMismatch("input", input.Name, expected.ToString(), input.Type.ToString());
        var offsets = Array.ConvertAll(vectors, vector => mean is null ? 0 : Dense.Dot(mean, vector.AsSpan()));
        return new MappedColumn(
            Pairs[index].Output, new VectorDataViewType(NumberDataViewType.Single, vectors.Length), null, [input],
            row => MakeGetter(row, input, vectors, offsets));
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        SavePairs(ctx, Pairs);
        foreach (var (vectors, mean) in _columns)
            PcaModelParameters.Save(ctx.Writer, vectors, mean);
    }

    private static ValueGetter<VBuffer<float>> MakeGetter(DataViewRow row, DataViewSchema.Column input, float[][] vectors, double[] offsets)
    {
        var (get, buffer, features) = (row.GetGetter<VBuffer<float>>(input), default(VBuffer<float>), new float[vectors[0].Length]);
        return (ref VBuffer<float> value) =>
        {
            get(ref buffer);
            if (buffer.Length != features.Length)
                throw new InvalidOperationException($"Column '{input.Name}': expected {features.Length} slots, but got {buffer.Length}");
            buffer.CopyTo(features);
            var editor = VBufferEditor.Create(ref value, vectors.Length);
            for (var i = 0; i < vectors.Length; i++)
                editor.Values[i] = (float)(Dense.Dot(features, vectors[i].AsSpan()) - offsets[i]);
            value = editor.Commit();
        };
    }
}
