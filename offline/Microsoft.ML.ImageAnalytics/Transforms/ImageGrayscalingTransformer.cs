using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: Microsoft.ML.LoadableClass(
    typeof(ImageGrayscalingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", ImageGrayscalingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms.Image;

/// <summary>Makes images gray, and opaque: what is behind them is black.</summary>
public sealed class ImageGrayscalingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "ImageGrayscaleTransform";

    private static readonly VersionInfo Version = ImageModel.Version("IMGGRAYT", LoaderSignature);

    internal ImageGrayscalingTransformer(IEnumerable<(string Output, string Input)> pairs)
        : base(pairs)
    {
    }

    internal IReadOnlyList<(string Output, string Input)> ColumnPairs => Pairs;

    internal static ImageGrayscalingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new ImageGrayscalingTransformer(LoadPairs(ctx));
    }

    private protected override MappedColumn MakeColumn(int index, DataViewSchema.Column input) =>
        new(Pairs[index].Output, ImageColumns.ImageTypeOf(input), null, [input], row => ImageColumns.Map(row, input, ToGrayscale));

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        SavePairs(ctx, Pairs);
    }

    private static MLImage ToGrayscale(MLImage image)
    {
        var pixels = image.Pixels;
        var red = ColorPlanes.RedOf(image.PixelFormat);
        var result = new byte[pixels.Length];
        for (var i = 0; i < result.Length; i += 4)
        {
            // The weights 0.3, 0.59 and 0.11 in hundredths, so that gray stays as it is to the bit.
            var gray = (30 * pixels[i + red] + 59 * pixels[i + 1] + 11 * pixels[i + 2 - red] + 50) / 100;
            // Colours are multiplied by alpha, so none is above it.
            result.AsSpan(i, 3).Fill((byte)Math.Min(gray, pixels[i + 3]));
            result[i + 3] = byte.MaxValue;
        }
        return new MLImage(image.Width, image.Height, MLPixelFormat.Bgra32, result);
    }
}
