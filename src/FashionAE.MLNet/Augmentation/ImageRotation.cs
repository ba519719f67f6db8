using System.Text.Json.Serialization;
using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(ImageRotatingTransformer), typeof(ModelSaving<ImageRotatingTransformer, ImageRotatingTransformer.Settings>), null, typeof(SignatureLoadModel), "",
    ImageRotatingTransformer.LoaderSignature)]

namespace FashionAE.MLNet;

/// <summary>Makes rotated copies of the rows of a view, beside the originals.</summary>
public sealed class ImageRotatingEstimator : ImageEstimator<ImageRotatingTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly ImageRotatingTransformer.Settings _settings;

    internal ImageRotatingEstimator(IHostEnvironment environment, string output, string? input, Options options)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentNullException.ThrowIfNull(options);
        _settings = new(
            output, input ?? output, options.Copies, options.Degrees, options.Interpolation, options.KeepOriginals,
            options.Seed ?? environment.Register(nameof(ImageRotatingEstimator)).Rand.Next(), options.Shape);
        _settings.Check();
        _environment = environment;
    }

    private protected override ImageRotatingTransformer Make() => new(_settings) { Host = _environment };

    private protected override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema)
    {
        var input = ImageColumn.Check(inputSchema, _settings.Input, "input", _settings.Shape is null ? ImageColumn.ShapeRemedy : null, NumberDataViewType.Single);
        return [ImageColumn.PromiseLike(input, _settings.Output)];
    }

    /// <summary>The options of an <see cref="ImageRotatingEstimator"/>: how images are rotated.</summary>
    public sealed record Options
    {
        /// <summary>Gets or sets how many rotated copies a row gets, 1 to 10,000; 5 unless set.</summary>
        public int Copies { get; set; } = 5;

        /// <summary>Gets or sets the largest angle in degrees, 0 or more; angles are uniform in [-Degrees, Degrees], counter-clockwise. 180 unless set.</summary>
        public double Degrees { get; set; } = 180;

        /// <summary>Gets or sets how values between pixels are found; from the nearest one unless set.</summary>
        public Interpolation Interpolation { get; set; }

        /// <summary>Gets or sets a value indicating whether the row itself stays beside its copies; true unless set.</summary>
        public bool KeepOriginals { get; set; } = true;

        /// <summary>Gets or sets the seed of the angles: with it and its id a row gets the same ones every time. Null to draw one from the seed of the <see cref="MLContext"/>.</summary>
        public int? Seed { get; set; }

        /// <summary>Gets or sets the shape of the images; null to tell it from the column's type, where that has a size.</summary>
        public ImageShape? Shape { get; set; }
    }
}

/// <summary>
/// Makes of every row the row itself and copies of it in which the image is rotated by random angles; all other columns are the same. The
/// angles depend on the seed and the row's id alone. It needs memory for one batch of rows. The first image of a view with values outside
/// of [0, 1] is a warning in the log.
/// </summary>
/// <remarks>It can be used by several threads at once; each cursor belongs to one thread.</remarks>
public sealed class ImageRotatingTransformer : BatchTransformer, ISaved<ImageRotatingTransformer, ImageRotatingTransformer.Settings>
{
    internal const string LoaderSignature = "FashionAE.RotateImages";

    private readonly Settings _settings;

    internal ImageRotatingTransformer(Settings settings) => _settings = settings;

    /// <summary>Gets a value indicating whether one row becomes one row, as it does with a single copy and without the original.</summary>
    public override bool IsRowToRowMapper => _settings.RowsPerRow == 1;

    static string ISaved<ImageRotatingTransformer, Settings>.Kind => "FSHNROTA";

    static string ISaved<ImageRotatingTransformer, Settings>.Signature => LoaderSignature;

    static ImageRotatingTransformer ISaved<ImageRotatingTransformer, Settings>.Load(Settings settings, ModelLoadContext context) => new(settings);

    internal override BatchMapping Map(DataViewSchema inputSchema) =>
        new Mapping(_settings, Host, inputSchema, ImageColumn.Find(inputSchema, _settings.Input, "input", _settings.Shape));

    private protected override void Save(ModelSaveContext context) => ModelSaving<ImageRotatingTransformer, Settings>.Save(context, _settings);

    internal sealed record Settings(
        string Output, string Input, int Copies, double Degrees, Interpolation Interpolation, bool KeepOriginals, long Seed, ImageShape? Shape)
        : ICheckedSettings
    {
        [JsonIgnore]
        public int RowsPerRow => Copies + (KeepOriginals ? 1 : 0);

        public void Check()
        {
            ModelFile.CheckNames(Output, Input);
            if (Copies is < 1 or > TrainingOptions.MostCopies)
                throw new ArgumentOutOfRangeException(nameof(Copies), Copies, $"Copies must be 1 to {TrainingOptions.MostCopies}.");
            if (!(Degrees >= 0 && double.IsFinite(Degrees)))
                throw new ArgumentOutOfRangeException(nameof(Degrees), Degrees, "Degrees, the largest angle, must be 0 or more.");
            if (!Enum.IsDefined(Interpolation))
                throw new ArgumentOutOfRangeException(nameof(Interpolation), Interpolation, "Interpolation must be one of those that there are.");
        }
    }

    private sealed class Mapping(Settings settings, IHostEnvironment? host, DataViewSchema inputSchema, ImageColumn input)
        : BatchMapping(inputSchema, [input.Like(settings.Output)], Math.Max(1, AutoencoderInference.ScoringBatchSize / settings.RowsPerRow), settings.RowsPerRow)
    {
        private readonly PixelRange _range = new(host, "RotateImages");

        public override RowBatch CreateBatch(Func<int, bool> isActive, int capacity) => new Batch(settings, input, capacity, _range);

        public override IEnumerable<int> Sources(int added) => [input.Index];
    }

    /// <summary>Rotates all copies of a batch of rows at once.</summary>
    private sealed class Batch(Settings settings, ImageColumn input, int capacity, PixelRange range) : RowBatch
    {
        private readonly ImageShape _shape = input.Shape;
        private readonly ImageBuffer _images = new(input, capacity, range);
        private readonly DataViewRowId[] _ids = new DataViewRowId[capacity];
        private ValueGetter<DataViewRowId>? _getId;
        private float[]? _rotated;
        private int _count;
        private bool _isComputed;

        public override void Release() => _images.Release();

        public override void Bind(DataViewRow row)
        {
            _images.Bind(row);
            _getId = row.GetIdGetter();
        }

        public override void Read(int place)
        {
            _images.Read(place);
            _getId!(ref _ids[place]);
        }

        public override void Begin(int count) => (_count, _isComputed) = (count, false);

        public override Delegate MakeGetter(int output, RowSlot slot) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            var (row, copy) = Math.DivRem(slot.Current, settings.RowsPerRow);
            var editor = VBufferEditor.Create(ref value, _shape.Size);
            if (settings.KeepOriginals && copy == 0)
                _images[row].CopyTo(editor.Values);
            else
                Rotated().AsSpan((row * settings.Copies + copy - (settings.KeepOriginals ? 1 : 0)) * _shape.Size, _shape.Size).CopyTo(editor.Values);
            value = editor.Commit();
        });

        private float[] Rotated()
        {
            if (_isComputed)
                return _rotated!;
            var degrees = new float[_count * settings.Copies];
            for (var i = 0; i < degrees.Length; i++)
            {
                var (row, copy) = Math.DivRem(i, settings.Copies);
                degrees[i] = (float)(settings.Degrees * (2 * new RowRandom(settings.Seed, _ids[row], copy).NextDouble() - 1));
            }
            TorchPass.Run(degrees.Length, () =>
            {
                var copies = _images.ToTensor(_count).unsqueeze(1).expand(-1, settings.Copies, -1, -1, -1).reshape(_shape.Batch(degrees.Length));
                ImageBuffer.CopyTo(RandomRotation.Rotate(copies, ImageBuffer.ToTensor(degrees, degrees.Length), settings.Interpolation), ref _rotated);
            });
            _isComputed = true;
            return _rotated!;
        }
    }
}
