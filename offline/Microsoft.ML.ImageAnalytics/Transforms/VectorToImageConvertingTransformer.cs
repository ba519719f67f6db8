using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: Microsoft.ML.LoadableClass(
    typeof(VectorToImageConvertingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", VectorToImageConvertingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms.Image;

/// <summary>Makes images of vectors. Where a vector has no values (a sparse one of zeros), there is no image.</summary>
public sealed class VectorToImageConvertingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "VectorToImageConverter";

    internal const string Expected = "known-size vector of type Single, Double or Byte";

    private static readonly VersionInfo Version = ImageModel.Version("VECTOIMG", LoaderSignature);
    private readonly PixelLayout _layout;
    private readonly PixelScale _scale;
    private readonly DefaultColors _defaults;

    internal VectorToImageConvertingTransformer(
        IEnumerable<(string Output, string Input)> pairs, ImageDataViewType type, PixelLayout layout, PixelScale scale, DefaultColors defaults)
        : base(pairs) => (Type, _layout, _scale, _defaults) = (type, layout, scale, defaults);

    internal IReadOnlyList<(string Output, string Input)> ColumnPairs => Pairs;

    internal ImageDataViewType Type { get; }

    internal static bool Takes(DataViewType itemType) =>
        itemType == NumberDataViewType.Single || itemType == NumberDataViewType.Double || itemType == NumberDataViewType.Byte;

    internal static VectorToImageConvertingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var (pairs, reader) = (LoadPairs(ctx), ctx.Reader);
        return ImageModel.Restore(() => new VectorToImageConvertingTransformer(
            pairs, new ImageDataViewType(reader.ReadInt32(), reader.ReadInt32()), PixelLayout.Load(reader), PixelScale.Load(reader), DefaultColors.Load(reader)));
    }

    private protected override MappedColumn MakeColumn(int index, DataViewSchema.Column input)
    {
        if (input.Type is not VectorDataViewType { IsKnownSize: true } vector || !Takes(vector.ItemType))
            throw Contracts.SchemaMismatch("input", input.Name, Expected, input.Type.ToString());
        if (vector.Size != (long)_layout.Planes * Type.Height * Type.Width)
            throw Contracts.SchemaMismatch("input", input.Name, _layout.VectorType(vector.ItemType, Type).ToString(), vector.ToString());
        return new MappedColumn(Pairs[index].Output, Type, null, [input], row =>
            vector.ItemType == NumberDataViewType.Single ? MakeGetter<float>(row, input, _scale)
            : vector.ItemType == NumberDataViewType.Double ? MakeGetter<double>(row, input, _scale)
            : MakeGetter<byte>(row, input, PixelScale.None));
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        SavePairs(ctx, Pairs);
        ctx.Writer.Write(Type.Height);
        ctx.Writer.Write(Type.Width);
        _layout.Save(ctx.Writer);
        _scale.Save(ctx.Writer);
        _defaults.Save(ctx.Writer);
    }

    /// <summary>Values outside a byte keep its eight bits; so do those of the package, on .NET 9 and later.</summary>
    private static byte ToByte(float value, PixelScale scale) =>
        unchecked((byte)(int)(scale.IsNone ? value : MathF.Round(value * scale.Scale - scale.Offset)));

    private ValueGetter<MLImage> MakeGetter<T>(DataViewRow row, DataViewSchema.Column input, PixelScale scale)
        where T : struct, INumberBase<T>
    {
        var (getter, vector) = (row.GetGetter<VBuffer<T>>(input), default(VBuffer<T>));
        var (size, background) = (_layout.Planes * Type.Height * Type.Width, Background(scale));
        return ImageColumns.Getter(() =>
        {
            getter(ref vector);
            if (vector.Length != size)
                throw new InvalidOperationException($"A vector of the column '{input.Name}' has {vector.Length} values, not {size}.");
            return vector.GetValues().IsEmpty ? null : MakeImage(vector, scale, background);
        }, isOwn: _ => true);
    }

    private MLImage MakeImage<T>(VBuffer<T> vector, PixelScale scale, byte[] background)
        where T : struct, INumberBase<T>
    {
        var (pixels, indices) = (Type.Height * Type.Width, _layout.ByteIndices(MLPixelFormat.Bgra32));
        var (perPixel, perPlane) = _layout.Strides(pixels);
        var values = new T[vector.Length];
        vector.CopyTo(values);
        var result = new byte[4 * pixels];
        for (var i = 0; i < pixels; i++)
        {
            background.CopyTo(result, 4 * i);
            for (var plane = 0; plane < indices.Length; plane++)
                result[4 * i + indices[plane]] = ToByte(float.CreateTruncating(values[i * perPixel + plane * perPlane]), scale);
        }
        return new MLImage(Type.Width, Type.Height, MLPixelFormat.Bgra32, result) { Tag = nameof(VectorToImageConvertingTransformer) };
    }

    /// <summary>A pixel of the colours that the vector does not have. They are scaled like those that it has, but alpha is 0 where anything is scaled.</summary>
    private byte[] Background(PixelScale scale) =>
    [
        ToByte(_defaults.Blue, scale), ToByte(_defaults.Green, scale), ToByte(_defaults.Red, scale), scale.IsNone ? ToByte(_defaults.Alpha, scale) : (byte)0,
    ];
}
