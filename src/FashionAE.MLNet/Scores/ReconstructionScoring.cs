using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

[assembly: LoadableClass(
    typeof(ReconstructionScoringTransformer), typeof(ModelSaving<ReconstructionScoringTransformer, ReconstructionScoringTransformer.Settings>), null,
    typeof(SignatureLoadModel), "", ReconstructionScoringTransformer.LoaderSignature)]

namespace FashionAE.MLNet;

/// <summary>Scores reconstructions against the images that they should be.</summary>
public sealed class ReconstructionScoringEstimator : ImageEstimator<ReconstructionScoringTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly ReconstructionScoringTransformer.Settings _settings;

    internal ReconstructionScoringEstimator(IHostEnvironment environment, string target, string reconstruction, Options options)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        ArgumentException.ThrowIfNullOrEmpty(reconstruction);
        ArgumentNullException.ThrowIfNull(options);
        _environment = environment;
        _settings = new(
            target, reconstruction, options.MseColumnName, options.PsnrColumnName, options.SsimColumnName, options.Shape, options.ErrorMapColumnName);
        if (!_settings.Outputs.Any())
            throw new ArgumentException(
                $"No score is asked for: set {nameof(Options.MseColumnName)}, {nameof(Options.PsnrColumnName)}, {nameof(Options.SsimColumnName)} or {nameof(Options.ErrorMapColumnName)}.",
                nameof(options));
        if (_settings.Outputs.GroupBy(o => o.Name).FirstOrDefault(g => g.Count() > 1 || g.Key.Length == 0) is { } twice)
            throw new ArgumentException($"Scores need columns of their own, and '{twice.Key}' is no name or is given twice.", nameof(options));
    }

    private protected override ReconstructionScoringTransformer Make() => new(_settings) { Host = _environment };

    private protected override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema)
    {
        var sizeRemedy = _settings.Shape is null ? ImageColumn.ShapeRemedy : null;
        var target = ImageColumn.Check(inputSchema, _settings.Target, "target", sizeRemedy, NumberDataViewType.Single);
        ImageColumn.Check(inputSchema, _settings.Reconstruction, "reconstruction", sizeRemedy, NumberDataViewType.Single);
        return _settings.Outputs.Select(o => o.Score == ImageScore.SquaredError
            ? ImageColumn.PromiseLike(target, o.Name)
            : PromisedColumn.Scalar(o.Name, NumberDataViewType.Single));
    }

    /// <summary>The options of a <see cref="ReconstructionScoringEstimator"/>: scores are computed for which a column is named.</summary>
    public sealed record Options
    {
        /// <summary>Gets or sets the column for the mean squared error, Single in [0, 1]; null for none.</summary>
        public string? MseColumnName { get; set; }

        /// <summary>Gets or sets the column for the peak signal-to-noise ratio, Single, in decibels, infinite for equal images; null for none.</summary>
        public string? PsnrColumnName { get; set; }

        /// <summary>
        /// Gets or sets the column for the structural similarity (Wang et al. 2004, 11x11 Gaussian), Single in [-1, 1]; null for none. Images
        /// must have at least 11x11 pixels.
        /// </summary>
        public string? SsimColumnName { get; set; }

        /// <summary>Gets or sets the column for the squared error of every pixel, of the target column's type, in [0, 1]; null for none.</summary>
        public string? ErrorMapColumnName { get; set; }

        /// <summary>
        /// Gets or sets the shape of the images, which structural similarity needs; null to tell it from the target column's type, where that
        /// has a size.
        /// </summary>
        public ImageShape? Shape { get; set; }
    }
}

/// <summary>
/// Adds the scores of reconstructions against the images that they should be, computed in double precision. They are NaN where a pixel is
/// infinite or NaN. A target with values outside of [0, 1], or a reconstruction outside of [-1, 2], is scored as it is, and the first one
/// of a view is a warning in the log.
/// </summary>
/// <remarks>It can be used by several threads at once; each cursor belongs to one thread.</remarks>
public sealed class ReconstructionScoringTransformer : BatchTransformer, ISaved<ReconstructionScoringTransformer, ReconstructionScoringTransformer.Settings>
{
    internal const string LoaderSignature = "FashionAE.Scores";

    private readonly Settings _settings;

    internal ReconstructionScoringTransformer(Settings settings) => _settings = settings;

    static string ISaved<ReconstructionScoringTransformer, Settings>.Kind => "FSHNSCOR";

    static string ISaved<ReconstructionScoringTransformer, Settings>.Signature => LoaderSignature;

    static ReconstructionScoringTransformer ISaved<ReconstructionScoringTransformer, Settings>.Load(Settings settings, ModelLoadContext context) => new(settings);

    internal override BatchMapping Map(DataViewSchema inputSchema)
    {
        // Errors need no rows and columns; only structural similarity does.
        var target = _settings.Ssim is null
            ? ImageColumn.FindOfAnyShape(inputSchema, _settings.Target, "target", _settings.Shape)
            : ImageColumn.Find(inputSchema, _settings.Target, "target", _settings.Shape);
        if (_settings.Ssim is not null)
            target.CheckSimilarity();
        var reconstruction = ImageColumn.Find(inputSchema, _settings.Reconstruction, "reconstruction", target.Shape);
        return new Mapping(_settings, Host, inputSchema, target, reconstruction);
    }

    private protected override void Save(ModelSaveContext context) => ModelSaving<ReconstructionScoringTransformer, Settings>.Save(context, _settings);

    internal sealed record Settings(
        string Target, string Reconstruction, string? Mse, string? Psnr, string? Ssim, ImageShape? Shape, string? ErrorMap = null)
        : ICheckedSettings
    {
        /// <summary>The columns to add, in order.</summary>
        internal IEnumerable<(string Name, ImageScore Score)> Outputs => new[]
        {
            (Name: Mse, Score: ImageScore.MeanSquaredError),
            (Name: Psnr, Score: ImageScore.PeakSignalToNoiseRatio),
            (Name: Ssim, Score: ImageScore.StructuralSimilarity),
            (Name: ErrorMap, Score: ImageScore.SquaredError),
        }.Where(o => o.Name is not null).Select(o => (o.Name!, o.Score));

        public void Check() => ModelFile.CheckNames(Target, Reconstruction, Mse, Psnr, Ssim, ErrorMap);
    }

    private sealed class Mapping(
        Settings settings, IHostEnvironment? host, DataViewSchema inputSchema, ImageColumn target, ImageColumn reconstruction)
        : BatchMapping(
            inputSchema,
            settings.Outputs.Select(o => o.Score == ImageScore.SquaredError ? target.Like(o.Name) : new DataViewSchema.DetachedColumn(o.Name, NumberDataViewType.Single)),
            AutoencoderInference.ScoringBatchSize)
    {
        private readonly PixelRange _range = new(host, "ScoreReconstruction");

        public override RowBatch CreateBatch(Func<int, bool> isActive, int capacity) => new Batch(
            [.. settings.Outputs.Select(o => o.Score)], target.Shape.Size, new ImageBuffer(target, capacity, _range),
            new ImageBuffer(reconstruction, capacity, _range, PixelRange.Overshoot));

        public override IEnumerable<int> Sources(int added) => [target.Index, reconstruction.Index];
    }

    private sealed class Batch : RowBatch
    {
        private readonly ImageScore[] _outputs;
        private readonly ImageBuffer _targets;
        private readonly ImageBuffer _reconstructions;
        private readonly BatchScores _scores;
        private int _count;

        public Batch(ImageScore[] outputs, int imageSize, ImageBuffer targets, ImageBuffer reconstructions)
        {
            (_outputs, _targets, _reconstructions) = (outputs, targets, reconstructions);
            _scores = new BatchScores(
                imageSize, () => (targets.AsTensor(_count), reconstructions.AsTensor(_count)),
                row => !(targets.IsFinite(row) && reconstructions.IsFinite(row)));
        }

        public override void Release()
        {
            _targets.Release();
            _reconstructions.Release();
        }

        public override void Bind(DataViewRow input)
        {
            _targets.Bind(input);
            _reconstructions.Bind(input);
        }

        public override void Read(int place)
        {
            _targets.Read(place);
            _reconstructions.Read(place);
        }

        public override void Begin(int count)
        {
            _count = count;
            _scores.Begin(count);
        }

        public override Delegate MakeGetter(int output, RowSlot slot) => _scores.MakeGetter(_outputs[output], slot);
    }
}

/// <summary>
/// The scores of the reconstructions of a batch of rows, each computed once a batch, when the first getter asks. Those that follow from the
/// squared difference (mean squared error, peak signal-to-noise ratio, error map) are computed together, as far as there are getters of
/// them.
/// </summary>
/// <param name="imageSize">How many values an image has.</param>
/// <param name="images">
/// Gives the images that reconstructions should be and the reconstructions, float32 [N, C, H, W]; they are not changed.
/// </param>
/// <param name="isMissing">Tells whether a row has a pixel that is infinite or NaN: its scores are missing, NaN.</param>
internal sealed class BatchScores(int imageSize, Func<(Tensor Targets, Tensor Reconstructions)> images, Func<int, bool> isMissing)
{
    private readonly float[]?[] _values = new float[]?[Enum.GetValues<ImageScore>().Length];
    private readonly bool[] _isComputed = new bool[Enum.GetValues<ImageScore>().Length];
    private readonly HashSet<ImageScore> _wanted = [];

    private int _count;

    public void Begin(int count)
    {
        _count = count;
        Array.Clear(_isComputed);
    }

    /// <summary>Makes a getter for the row of a slot: of a vector where the score is one of every pixel, else of a Single.</summary>
    public Delegate MakeGetter(ImageScore score, RowSlot slot)
    {
        _wanted.Add(score);
        return score == ImageScore.SquaredError
            ? (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            {
                var row = slot.Current;
                VBuffer<float>.Copy(Values(score), row * imageSize, ref value, imageSize);
            })
            : (ValueGetter<float>)((ref float value) =>
            {
                var row = slot.Current;
                value = Values(score)[row];
            });
    }

    /// <summary>A score of all rows, one after the other.</summary>
    private float[] Values(ImageScore score)
    {
        if (!_isComputed[(int)score])
        {
            TorchPass.Run(_count, () =>
            {
                var (targets, reconstructions) = images();
                if (score == ImageScore.StructuralSimilarity)
                {
                    Keep(score, ImageQuality.StructuralSimilarity(targets, reconstructions));
                    return;
                }
                var errors = ImageQuality.SquaredError(targets, reconstructions);
                foreach (var wanted in _wanted)
                    if (wanted != ImageScore.StructuralSimilarity)
                        Keep(wanted, ImageQuality.OfSquaredError(wanted, errors));
            });
        }
        return _values[(int)score]!;
    }

    private void Keep(ImageScore score, Tensor values)
    {
        ImageBuffer.CopyTo(values, ref _values[(int)score]);
        MarkMissing(_values[(int)score]!, _count, score == ImageScore.SquaredError ? imageSize : 1, isMissing);
        _isComputed[(int)score] = true;
    }

    /// <summary>Makes the values of missing rows NaN: what comes out for them depends on how libtorch computes.</summary>
    public static void MarkMissing(float[] values, int rows, int length, Func<int, bool> isMissing)
    {
        for (var row = 0; row < rows; row++)
            if (isMissing(row))
                values.AsSpan(row * length, length).Fill(float.NaN);
    }
}
