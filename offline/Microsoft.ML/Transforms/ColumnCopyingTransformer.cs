using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: Microsoft.ML.LoadableClass(
    typeof(ColumnCopyingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", ColumnCopyingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "CopyTransform";

    private static readonly VersionInfo Version = VersionInfoOf.Stable("COPYCOLT", LoaderSignature);

    internal ColumnCopyingTransformer(IEnumerable<(string Output, string Input)> pairs)
        : base(pairs)
    {
    }

    internal IReadOnlyList<(string Output, string Input)> ColumnPairs => Pairs;

    internal static ColumnCopyingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new ColumnCopyingTransformer(LoadPairs(ctx));
    }

    private protected override MappedColumn MakeColumn(int index, DataViewSchema.Column input) =>
        new(Pairs[index].Output, input.Type, input.Annotations, [input], row => row.GetGetter(input));

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        SavePairs(ctx, Pairs);
    }
}
