using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: Microsoft.ML.LoadableClass(
    typeof(ValueToKeyMappingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", ValueToKeyMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "TermTransform";

    private static readonly VersionInfo Version = VersionInfoOf.Stable("TERMTRNF", LoaderSignature);
    private readonly KeyMap[] _maps;

    internal ValueToKeyMappingTransformer(IEnumerable<(string Output, string Input)> pairs, KeyMap[] maps)
        : base(pairs) => _maps = maps;

    internal static ValueToKeyMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var pairs = LoadPairs(ctx);
        return new ValueToKeyMappingTransformer(pairs, Array.ConvertAll(pairs, _ => KeyMap.Load(ctx.Reader)));
    }

    private protected override MappedColumn MakeColumn(int index, DataViewSchema.Column input)
    {
        var map = _maps[index];
        var vector = input.Type as VectorDataViewType;
        if (!map.ValueType.Equals(vector?.ItemType ?? input.Type))
            throw Contracts.SchemaMismatch("input", input.Name, map.ValueType.ToString(), input.Type.ToString());

        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(input.Annotations, name => name == AnnotationUtils.Kinds.SlotNames);
        map.AddKeyValues(annotations);
        DataViewType type = vector is null ? map.KeyType : new VectorDataViewType(map.KeyType, vector.Dimensions);
        return new MappedColumn(Pairs[index].Output, type, annotations.ToAnnotations(), [input], row => map.MakeGetter(row, input));
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        SavePairs(ctx, Pairs);
        foreach (var map in _maps)
            map.Save(ctx.Writer);
    }
}
