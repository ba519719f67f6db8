using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: Microsoft.ML.LoadableClass(
    typeof(TransformerChain<Microsoft.ML.ITransformer>), typeof(TransformerChain), null, typeof(Microsoft.ML.SignatureLoadModel),
    "Transformer chain", TransformerChain.LoaderSignature)]

namespace Microsoft.ML.Data;

/// <summary>A chain in a model file: how many members, the scope of each, and a directory for each.</summary>
internal static class TransformerChain
{
    public const string LoaderSignature = "TransformerChain";

    private static readonly VersionInfo Version = VersionInfoOf.Stable("XF CHAIN", LoaderSignature);

    public static void Save(ModelSaveContext context, IReadOnlyList<ITransformer> transformers, IReadOnlyList<TransformerScope> scopes)
    {
        context.CheckAtModel();
        context.SetVersionInfo(Version);
        context.Writer.Write(transformers.Count);
        for (var i = 0; i < transformers.Count; i++)
        {
            context.Writer.Write((int)scopes[i]);
            context.SaveModel(transformers[i], DirectoryOf(i));
        }
    }

    public static TransformerChain<ITransformer> Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var transformers = new ITransformer[ctx.Reader.ReadCount(sizeof(int))];
        var scopes = new TransformerScope[transformers.Length];
        for (var i = 0; i < transformers.Length; i++)
        {
            scopes[i] = (TransformerScope)ctx.Reader.ReadInt32();
            ctx.LoadModel<ITransformer, SignatureLoadModel>(env, out transformers[i], DirectoryOf(i));
        }
        return new TransformerChain<ITransformer>(transformers, scopes);
    }

    private static string DirectoryOf(int index) => $"Transform_{index:000}";
}
