using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: Microsoft.ML.LoadableClass(
    typeof(NormalizingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", NormalizingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed partial class NormalizingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "Normalizer";

    private static readonly VersionInfo Version = VersionInfoOf.Stable("NORMALZR", LoaderSignature);
    private readonly AffineColumn[] _columns;

    internal NormalizingTransformer(IEnumerable<(string Output, string Input)> pairs, AffineColumn[] columns)
        : base(pairs) => _columns = columns;

    public NormalizerModelParametersBase GetNormalizerModelParameters(int index) => (uint)index < (uint)_columns.Length
        ? _columns[index].Parameters
        : throw new ArgumentOutOfRangeException(nameof(index), $"There are {_columns.Length} columns.");

    internal static NormalizingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var pairs = LoadPairs(ctx);
        return new NormalizingTransformer(pairs, Array.ConvertAll(pairs, _ => AffineColumn.Load(ctx.Reader)));
    }

    private protected override MappedColumn MakeColumn(int index, DataViewSchema.Column input)
    {
        var fitted = _columns[index];
        var (vector, type) = (fitted.Type as VectorDataViewType, input.Type as VectorDataViewType);
        var itemType = vector?.ItemType ?? fitted.Type;
        // Vectors of another size are found out when they are read.
        if (vector is null ? !input.Type.Equals(itemType) : type is not { IsKnownSize: true } || !type.ItemType.Equals(itemType))
            throw Contracts.SchemaMismatch("input", input.Name, $"scalar or known-size vector of {itemType}", input.Type.ToString());

        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true);
        annotations.Add(input.Annotations, name => name == AnnotationUtils.Kinds.SlotNames);
        return new MappedColumn(Pairs[index].Output, fitted.Type, annotations.ToAnnotations(), [input], row => fitted.MakeGetter(row, input));
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        SavePairs(ctx, Pairs);
        foreach (var column in _columns)
            column.Save(ctx.Writer);
    }
}
