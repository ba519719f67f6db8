using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: Microsoft.ML.LoadableClass(
    typeof(ImageLoadingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", ImageLoadingTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

/// <summary>Loads the images whose paths are in a column. An empty path gives no image.</summary>
public sealed class ImageLoadingTransformer : OneToOneTransformerBase
{
    public readonly string ImageFolder;

    internal const string LoaderSignature = "ImageLoaderTransform";

    private static readonly VersionInfo Version = ImageModel.Version("IMGLOADR", LoaderSignature);

    internal ImageLoadingTransformer(IEnumerable<(string Output, string Input)> pairs, string imageFolder)
        : base(pairs) => ImageFolder = imageFolder;

    internal IReadOnlyList<(string Output, string Input)> ColumnPairs => Pairs;

    internal static ImageLoadingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new ImageLoadingTransformer(LoadPairs(ctx), ctx.LoadStringOrNull());
    }

    private protected override MappedColumn MakeColumn(int index, DataViewSchema.Column input)
    {
        if (input.Type is not TextDataViewType)
            throw Contracts.SchemaMismatch("input", input.Name, TextDataViewType.Instance.ToString(), input.Type.ToString());
        return new MappedColumn(Pairs[index].Output, new ImageDataViewType(), null, [input], row =>
        {
            var (getter, text) = (row.GetGetter<ReadOnlyMemory<char>>(input), default(ReadOnlyMemory<char>));
            return ImageColumns.Getter(() =>
            {
                getter(ref text);
                return text.IsEmpty ? null : Load(text.ToString());
            }, isOwn: _ => true);
        });
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        SavePairs(ctx, Pairs);
        ctx.SaveStringOrNull(ImageFolder);
    }

    private MLImage Load(string text)
    {
        var path = string.IsNullOrWhiteSpace(ImageFolder) ? text : Path.Combine(ImageFolder, text);
        var image = MLImage.CreateFromFile(path);
        image.Tag = path;
        return image;
    }
}
