using System.Numerics;
using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: Saved<PixelScaling>]

namespace FashionAE.MLNet;

/// <summary>Scales pixels in [0, 255], of type Byte, Int32, Single or Double, to Single in [0, 1].</summary>
public sealed class PixelScalingEstimator : ImageEstimator<PixelScalingTransformer>
{
    internal PixelScalingEstimator(IHostEnvironment environment, string output, string? input, Options options)
        : base(environment, new PixelScaling(output, input ?? output, options.Invert))
    {
    }

    /// <summary>The options of a <see cref="PixelScalingEstimator"/>.</summary>
    public sealed record Options
    {
        /// <summary>
        /// Gets or sets a value indicating whether each scaled value v becomes 1 - v, for dark objects on a light background. The default
        /// is false.
        /// </summary>
        public bool Invert { get; set; }
    }
}

/// <summary>
/// Scales each value v to v / 255. For bytes, the results equal the values of the Fashion-MNIST views. The scale factor of
/// <c>ExtractPixels</c> would result in values that can differ in the last bit.
/// </summary>
/// <remarks>Instances are thread-safe. Each cursor belongs to one thread.</remarks>
public sealed class PixelScalingTransformer : BatchTransformer
{
    internal PixelScalingTransformer(PixelScaling component)
        : base(component)
    {
    }
}

/// <summary>The component that scales pixels.</summary>
internal sealed record PixelScaling(string Output, string Input, bool Invert) : Component<PixelScaling>, ISaved
{
    public static string Kind => "FSHNPIXL";

    public static string Signature => "FashionAE.ScalePixels";

    internal override string Step => "ScalePixels";

    internal override void Check() => CheckNames(Output, Input);

    internal override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema)
    {
        var input = ImageColumn.Check(inputSchema, Input, "input", sizeRemedy: null, ImageColumn.ScalableTypes);
        return [ImageColumn.PromiseOfSameSize(input, Output)];
    }

    internal override BatchMapping Bind(DataViewSchema inputSchema)
    {
        var input = ImageColumn.FindVectors(inputSchema, Input, "input", ImageColumn.ScalableTypes);
        var type = (VectorDataViewType)input.Type;
        var output = new DataViewSchema.DetachedColumn(
            Output, new VectorDataViewType(NumberDataViewType.Single, type.Dimensions), ColumnAnnotations.OfImages(input));
        var isDouble = type.ItemType.RawType == typeof(int) || type.ItemType.RawType == typeof(double);
        return new BatchMapping(inputSchema, [new(output, input.Index)], _ => CreateRow(input, type.ItemType))
        {
            WriteOnnx = export => [Write(export, isDouble)],
        };
    }

    internal override BatchTransformer ToTransformer() => new PixelScalingTransformer(this);

    private RowBatch CreateRow(DataViewSchema.Column input, PrimitiveDataViewType type) => type.RawType switch
    {
        var raw when raw == typeof(byte) => new SingleRow<VBuffer<byte>, VBuffer<float>>(input, Scale<byte>(FromByte))
        {
            // If there is no image, for example because of an empty path, ExtractPixels returns a sparse vector without values.
            Check = (in VBuffer<byte> pixels, DataViewRow _) =>
            {
                if (!pixels.IsDense)
                    throw new InvalidOperationException($"A row has no image in column '{input.Name}'.");
            },
        },
        var raw when raw == typeof(int) => Row<int>(input, FromNumber),
        var raw when raw == typeof(double) => Row<double>(input, FromNumber),
        _ => Row<float>(input, FromSingle),
    };

    /// <summary>Adds the scaling to a graph, with the same precision as in this class.</summary>
    private OnnxValue Write(OnnxExport export, bool isDouble)
    {
        var (pixels, white) = (export.Cast(export.Column(Input), isDouble), export.Number(byte.MaxValue, isDouble));
        return export.Cast(export.Add("Div", Invert ? export.Add("Sub", white, pixels) : pixels, white), isDouble: false);
    }

    private static SingleRow<VBuffer<T>, VBuffer<float>> Row<T>(DataViewSchema.Column input, Func<T, float> scale) =>
        new(input, Scale(scale));

    private static RowFunction<VBuffer<T>, VBuffer<float>> Scale<T>(Func<T, float> scale) =>
        (in VBuffer<T> pixels, DataViewRowId _, ref VBuffer<float> scaled) =>
        {
            var editor = VBufferEditor.Create(ref scaled, pixels.Length);
            if (!pixels.IsDense)
                editor.Values.Fill(scale(default!));
            foreach (var (index, value) in pixels.Items())
                editor.Values[index] = scale(value);
            scaled = editor.Commit();
        };

    private float FromByte(byte value) => ByteValues.InUnitRange[Invert ? byte.MaxValue - value : value];

    private float FromSingle(float value) => (Invert ? byte.MaxValue - value : value) / byte.MaxValue;

    /// <summary>Scales in double precision. For whole numbers, the results equal those in single precision.</summary>
    private float FromNumber<T>(T value)
        where T : INumber<T>
    {
        var number = double.CreateChecked(value);
        return (float)((Invert ? byte.MaxValue - number : number) / byte.MaxValue);
    }
}
