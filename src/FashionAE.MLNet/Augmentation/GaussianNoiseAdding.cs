using System.Text.Json.Serialization;
using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(NoiseAddingTransformer), typeof(ModelSaving<NoiseAddingTransformer, NoiseAddingTransformer.Settings>), null, typeof(SignatureLoadModel), "",
    NoiseAddingTransformer.LoaderSignature)]

namespace FashionAE.MLNet;

/// <summary>Adds Gaussian noise to images.</summary>
public sealed class NoiseAddingEstimator : ImageEstimator<NoiseAddingTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly NoiseAddingTransformer.Settings _settings;

    internal NoiseAddingEstimator(IHostEnvironment environment, string output, string? input, Options options)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentNullException.ThrowIfNull(options);
        _settings = new(output, input ?? output, options.StandardDeviation, options.Seed ?? environment.Register(nameof(NoiseAddingEstimator)).Rand.Next());
        _settings.Check();
        _environment = environment;
    }

    private protected override NoiseAddingTransformer Make() => new(_settings) { Host = _environment };

    private protected override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema)
    {
        var input = ImageColumn.Check(inputSchema, _settings.Input, "input", sizeRemedy: null, NumberDataViewType.Single);
        // A vector of unknown size stays one.
        return [input.Kind == SchemaShape.Column.VectorKind.Vector
            ? ImageColumn.PromiseLike(input, _settings.Output)
            : PromisedColumn.VectorOfUnknownSize(_settings.Output, input.ItemType)];
    }

    /// <summary>The options of a <see cref="NoiseAddingEstimator"/>: how noise is added.</summary>
    public sealed record Options
    {
        /// <summary>Gets or sets the standard deviation of the noise before clamping, 0 or more; 0.25 unless set.</summary>
        public double StandardDeviation { get; set; } = 0.25;

        /// <summary>Gets or sets the seed of the noise: with it and its id a row gets the same noise every time. Null to draw one from the seed of the <see cref="MLContext"/>.</summary>
        public int? Seed { get; set; }
    }
}

/// <summary>
/// Adds Gaussian noise to every value of an image and clamps the sums to [0, 1]. The noise depends on the seed and the row's id alone. The
/// first image of a view with values outside of [0, 1] is a warning in the log.
/// </summary>
/// <remarks>It can be used by several threads at once; each cursor belongs to one thread.</remarks>
public sealed class NoiseAddingTransformer : BatchTransformer, ISaved<NoiseAddingTransformer, NoiseAddingTransformer.Settings>
{
    internal const string LoaderSignature = "FashionAE.GaussianNoise";

    private readonly Settings _settings;

    internal NoiseAddingTransformer(Settings settings) => _settings = settings;

    static string ISaved<NoiseAddingTransformer, Settings>.Kind => "FSHNNOIS";

    static string ISaved<NoiseAddingTransformer, Settings>.Signature => LoaderSignature;

    static NoiseAddingTransformer ISaved<NoiseAddingTransformer, Settings>.Load(Settings settings, ModelLoadContext context) => new(settings);

    internal override BatchMapping Map(DataViewSchema inputSchema) =>
        new Mapping(
            _settings, Host, inputSchema, ImageColumn.FindVectors(inputSchema, _settings.Input, "input", NumberDataViewType.Single));

    private protected override void Save(ModelSaveContext context) => ModelSaving<NoiseAddingTransformer, Settings>.Save(context, _settings);

    internal sealed record Settings(string Output, string Input, [property: JsonPropertyName("Factor")] double StandardDeviation, long Seed)
        : ICheckedSettings
    {
        public void Check()
        {
            ModelFile.CheckNames(Output, Input);
            if (!(StandardDeviation >= 0 && double.IsFinite(StandardDeviation)))
                throw new ArgumentOutOfRangeException(nameof(StandardDeviation), StandardDeviation, "StandardDeviation must be 0 or more.");
        }
    }

    private sealed class Mapping(Settings settings, IHostEnvironment? host, DataViewSchema inputSchema, DataViewSchema.Column input)
        : BatchMapping(inputSchema, [new(settings.Output, input.Type, ColumnAnnotations.OfImages(input))], batchSize: 1)
    {
        private readonly PixelRange _range = new(host, "AddGaussianNoise");

        public override RowBatch CreateBatch(Func<int, bool> isActive, int capacity) => new Row(settings, input, _range);

        public override IEnumerable<int> Sources(int added) => [input.Index];
    }

    /// <summary>Adds noise to one row: nothing is gained by more of them at once.</summary>
    private sealed class Row(Settings settings, DataViewSchema.Column input, PixelRange range) : RowBatch
    {
        private DataViewRow? _row;
        private ValueGetter<VBuffer<float>>? _getImage;
        private ValueGetter<DataViewRowId>? _getId;
        private VBuffer<float> _image;
        private DataViewRowId _id;
        private float[] _noisy = [];
        private bool _isComputed;

        public override void Bind(DataViewRow row)
        {
            _row = row;
            _getImage = row.GetGetter<VBuffer<float>>(input);
            _getId = row.GetIdGetter();
        }

        public override void Read(int place)
        {
            _getImage!(ref _image);
            _getId!(ref _id);
            // Values that a sparse vector leaves out are 0.
            range.Check(_image.GetValues(), PixelRange.Rounding, input.Name, _row!);
        }

        public override void Begin(int count) => _isComputed = false;

        public override Delegate MakeGetter(int output, RowSlot slot) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            _ = slot.Current;
            if (!_isComputed)
                AddNoise();
            VBuffer<float>.Copy(_noisy, 0, ref value, _image.Length);
        });

        private void AddNoise()
        {
            if (_noisy.Length < _image.Length)
                _noisy = new float[_image.Length];
            var values = _noisy.AsSpan(0, _image.Length);
            _image.CopyTo(values);
            var random = new RowRandom(settings.Seed, _id, 0);
            for (var i = 0; i < values.Length; i += 2)
            {
                var (first, second) = random.NextNormals();
                values[i] = Math.Clamp((float)(values[i] + settings.StandardDeviation * first), 0, 1);
                if (i + 1 < values.Length)
                    values[i + 1] = Math.Clamp((float)(values[i + 1] + settings.StandardDeviation * second), 0, 1);
            }
            _isComputed = true;
        }
    }
}
