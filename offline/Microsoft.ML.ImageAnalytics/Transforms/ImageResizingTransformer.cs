using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: Microsoft.ML.LoadableClass(
    typeof(ImageResizingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", ImageResizingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms.Image;

/// <summary>Gives all images one size. Those that have it are passed on as they are.</summary>
public sealed class ImageResizingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "ImageScalerTransform";

    private static readonly VersionInfo Version = ImageModel.Version("IMGSCALF", LoaderSignature);

    internal ImageResizingTransformer(IEnumerable<(string Output, string Input)> pairs, ResizeSettings settings)
        : base(pairs) => Settings = settings;

    internal IReadOnlyList<(string Output, string Input)> ColumnPairs => Pairs;

    internal ResizeSettings Settings { get; }

    internal static ImageResizingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var (pairs, reader) = (LoadPairs(ctx), ctx.Reader);
        return ImageModel.Restore(() => new ImageResizingTransformer(pairs, new ResizeSettings(
            reader.ReadInt32(), reader.ReadInt32(), (ImageResizingEstimator.ResizingKind)reader.ReadByte(), (ImageResizingEstimator.Anchor)reader.ReadByte())));
    }

    private protected override MappedColumn MakeColumn(int index, DataViewSchema.Column input)
    {
        ImageColumns.ImageTypeOf(input);
        return new MappedColumn(Pairs[index].Output, Settings.Type, null, [input], row => ImageColumns.Map(row, input, Resize));
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        SavePairs(ctx, Pairs);
        ctx.Writer.Write(Settings.Type.Width);
        ctx.Writer.Write(Settings.Type.Height);
        ctx.Writer.Write((byte)Settings.Kind);
        ctx.Writer.Write((byte)Settings.Anchor);
    }

    private MLImage Resize(MLImage image)
    {
        var (width, height) = (Settings.Type.Width, Settings.Type.Height);
        if (image.Width == width && image.Height == height)
            return image;
        var resized = Settings.Kind == ImageResizingEstimator.ResizingKind.Fill
            ? NearestNeighbor.Resize(image, width, height)
            : Resampler.Draw(image, width, height, ResizeGeometry.Place(image.Width, image.Height, width, height, Settings.Kind, Settings.Anchor));
        resized.Tag = image.Tag;
        return resized;
    }
}
