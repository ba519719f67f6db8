using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: Microsoft.ML.LoadableClass(
    typeof(ImagePixelExtractingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", ImagePixelExtractingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms.Image;

/// <summary>Makes vectors of images. Where there is no image, the vector is sparse and has no values.</summary>
public sealed class ImagePixelExtractingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "ImagePixelExtractor";

    private static readonly VersionInfo Version = ImageModel.Version("IMGPXEXT", LoaderSignature);
    private readonly PixelLayout _layout;
    private readonly PixelScale _scale;
    private readonly bool _asFloat;

    internal ImagePixelExtractingTransformer(
        IEnumerable<(string Output, string Input)> pairs, PixelLayout layout, PixelScale scale, bool asFloat)
        : base(pairs) => (_layout, _scale, _asFloat) = (layout, scale, asFloat);

    internal IReadOnlyList<(string Output, string Input)> ColumnPairs => Pairs;

    internal NumberDataViewType ItemType => _asFloat ? NumberDataViewType.Single : NumberDataViewType.Byte;

    internal static ImagePixelExtractingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var pairs = LoadPairs(ctx);
        return ImageModel.Restore(() =>
            new ImagePixelExtractingTransformer(pairs, PixelLayout.Load(ctx.Reader), PixelScale.Load(ctx.Reader), ctx.Reader.ReadBoolean()));
    }

    private protected override MappedColumn MakeColumn(int index, DataViewSchema.Column input)
    {
        var type = ImageColumns.ImageTypeOf(input);
        if (type.Height == 0)
            throw Contracts.SchemaMismatch("input", input.Name, "known-size image", "unknown-size image");
        var values = Enumerable.Range(0, 256).ToArray();
        return new MappedColumn(Pairs[index].Output, _layout.VectorType(ItemType, type), null, [input], row => _asFloat
            ? MakeGetter(row, input, type, Array.ConvertAll(values, value => (value - _scale.Offset) * _scale.Scale))
            : MakeGetter(row, input, type, Array.ConvertAll(values, value => (byte)value)));
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        SavePairs(ctx, Pairs);
        _layout.Save(ctx.Writer);
        _scale.Save(ctx.Writer);
        ctx.Writer.Write(_asFloat);
    }

    /// <param name="row">The row that has the images.</param>
    /// <param name="input">Their column.</param>
    /// <param name="type">The type of the column.</param>
    /// <param name="valueOf">What becomes of each of the 256 values of a colour.</param>
    private ValueGetter<VBuffer<T>> MakeGetter<T>(DataViewRow row, DataViewSchema.Column input, ImageDataViewType type, T[] valueOf)
    {
        var (getter, image) = (row.GetGetter<MLImage>(input), default(MLImage));
        var pixels = type.Height * type.Width;
        var (perPixel, perPlane) = _layout.Strides(pixels);
        return (ref VBuffer<T> vector) =>
        {
            getter(ref image);
            var editor = VBufferEditor.Create(ref vector, _layout.Planes * pixels, image is null ? 0 : null);
            if (image is not null)
            {
                if (image.Height != type.Height || image.Width != type.Width)
                    throw new InvalidOperationException(
                        $"An image of the column '{input.Name}' has {image.Height}x{image.Width} pixels, not the {type.Height}x{type.Width} of the column's type.");
                var bytes = image.Pixels;
                var indices = _layout.ByteIndices(image.PixelFormat);
                for (var plane = 0; plane < indices.Length; plane++)
                    for (var i = 0; i < pixels; i++)
                        editor.Values[i * perPixel + plane * perPlane] = valueOf[bytes[4 * i + indices[plane]]];
            }
            vector = editor.Commit();
        };
    }
}
