using System.Numerics;
using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

[assembly: LoadableClass(
    typeof(PixelScalingTransformer), typeof(ModelSaving<PixelScalingTransformer, PixelScalingTransformer.Settings>), null, typeof(SignatureLoadModel), "",
    PixelScalingTransformer.LoaderSignature)]

namespace FashionAE.MLNet;

/// <summary>Scales pixels in [0, 255], of the types Byte, Int32, Single or Double, to Single in [0, 1], all by the same factor.</summary>
public sealed class PixelScalingEstimator : ImageEstimator<PixelScalingTransformer>
{
    private readonly PixelScalingTransformer.Settings _settings;

    internal PixelScalingEstimator(string output, string? input, Options options)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentNullException.ThrowIfNull(options);
        _settings = new(output, input ?? output, options.Invert);
    }

    private protected override PixelScalingTransformer Make() => new(_settings);

    private protected override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema)
    {
        var input = ImageColumn.Check(inputSchema, _settings.Input, "input", sizeRemedy: null, ImageColumn.ScalableTypes);
        return [input.Kind == SchemaShape.Column.VectorKind.Vector
            ? PromisedColumn.Vector(_settings.Output, NumberDataViewType.Single, ColumnAnnotations.PromisedOfImages(input))
            : PromisedColumn.VectorOfUnknownSize(_settings.Output, NumberDataViewType.Single)];
    }

    /// <summary>The options of a <see cref="PixelScalingEstimator"/>: how pixels are scaled.</summary>
    public sealed record Options
    {
        /// <summary>
        /// Gets or sets a value indicating whether every v becomes 1 - v: for dark things on a light ground where others are bright on black.
        /// False unless set.
        /// </summary>
        public bool Invert { get; set; }
    }
}

/// <summary>
/// Makes v / 255 of every value v, which for bytes are the very numbers that the data set's own images have. The scale that ExtractPixels
/// multiplies by would give numbers that differ from them in the last bit.
/// </summary>
/// <remarks>It can be used by several threads at once; each cursor belongs to one thread.</remarks>
public sealed class PixelScalingTransformer : BatchTransformer, ISaved<PixelScalingTransformer, PixelScalingTransformer.Settings>
{
    internal const string LoaderSignature = "FashionAE.ScalePixels";

    private readonly Settings _settings;

    internal PixelScalingTransformer(Settings settings) => _settings = settings;

    static string ISaved<PixelScalingTransformer, Settings>.Kind => "FSHNPIXL";

    static string ISaved<PixelScalingTransformer, Settings>.Signature => LoaderSignature;

    static PixelScalingTransformer ISaved<PixelScalingTransformer, Settings>.Load(Settings settings, ModelLoadContext context) => new(settings);

    internal override BatchMapping Map(DataViewSchema inputSchema) => new Mapping(
        _settings, inputSchema, ImageColumn.FindVectors(inputSchema, _settings.Input, "input", ImageColumn.ScalableTypes));

    private protected override void Save(ModelSaveContext context) => ModelSaving<PixelScalingTransformer, Settings>.Save(context, _settings);

    internal sealed record Settings(string Output, string Input, bool Invert) : ICheckedSettings
    {
        public void Check() => ModelFile.CheckNames(Output, Input);
    }

    private sealed class Mapping(Settings settings, DataViewSchema inputSchema, DataViewSchema.Column input)
        : BatchMapping(
            inputSchema,
            [new(settings.Output, new VectorDataViewType(NumberDataViewType.Single, ((VectorDataViewType)input.Type).Dimensions), ColumnAnnotations.OfImages(input))],
            batchSize: 1)
    {
        public override RowBatch CreateBatch(Func<int, bool> isActive, int capacity)
        {
            var item = ((VectorDataViewType)input.Type).ItemType;
            return item == NumberDataViewType.Byte ? new Bytes(settings, input)
                : item == NumberDataViewType.Int32 ? new Numbers<int>(settings, input)
                : item == NumberDataViewType.Double ? new Numbers<double>(settings, input)
                : new Singles(settings, input);
        }

        public override IEnumerable<int> Sources(int added) => [input.Index];
    }

    /// <summary>Scales one row: nothing is gained by more of them at once.</summary>
    private abstract class Row<T>(DataViewSchema.Column input) : RowBatch
    {
        private ValueGetter<VBuffer<T>>? _get;
        private VBuffer<T> _values;

        public override void Bind(DataViewRow row) => _get = row.GetGetter<VBuffer<T>>(input);

        public override void Read(int place)
        {
            _get!(ref _values);
            Check(_values);
        }

        public override Delegate MakeGetter(int output, RowSlot slot) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            _ = slot.Current;
            var editor = VBufferEditor.Create(ref value, _values.Length);
            if (_values.IsDense)
            {
                var values = _values.GetValues();
                for (var i = 0; i < values.Length; i++)
                    editor.Values[i] = Scale(values[i]);
            }
            else
            {
                editor.Values.Fill(Scale(default!));
                foreach (var (index, number) in _values.Items())
                    editor.Values[index] = Scale(number);
            }
            value = editor.Commit();
        });

        protected virtual void Check(in VBuffer<T> values)
        {
        }

        protected abstract float Scale(T value);
    }

    private sealed class Bytes(Settings settings, DataViewSchema.Column input) : Row<byte>(input)
    {
        private readonly string _name = input.Name;

        // ExtractPixels gives zeros, none of them explicit, where there is no image, as for an empty path.
        protected override void Check(in VBuffer<byte> values)
        {
            if (!values.IsDense)
                throw new InvalidOperationException($"A row has no image in column '{_name}'.");
        }

        protected override float Scale(byte value) => ByteValues.InUnitRange[settings.Invert ? byte.MaxValue - value : value];
    }

    /// <summary>Scales in double precision, which for whole numbers gives what <see cref="Singles"/> gives.</summary>
    private sealed class Numbers<T>(Settings settings, DataViewSchema.Column input) : Row<T>(input)
        where T : INumber<T>
    {
        protected override float Scale(T value)
        {
            var number = double.CreateChecked(value);
            return (float)((settings.Invert ? byte.MaxValue - number : number) / byte.MaxValue);
        }
    }

    private sealed class Singles(Settings settings, DataViewSchema.Column input) : Row<float>(input)
    {
        protected override float Scale(float value) => (settings.Invert ? byte.MaxValue - value : value) / byte.MaxValue;
    }
}
