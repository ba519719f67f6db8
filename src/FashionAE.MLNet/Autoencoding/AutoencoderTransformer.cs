using System.Security.Cryptography;
using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

[assembly: Saved<AutoencoderStep>]

namespace FashionAE.MLNet;

/// <summary>
/// Adds what a trained autoencoder makes of a column of images: latent vectors, reconstructions and their scores. It is saved and loaded
/// by <c>mlContext.Model</c> like any other. It owns its model: dispose it, or the chain that it is part of. For an image with a pixel that
/// is infinite or NaN everything that is added is missing: vectors and scores are NaN, and a detector calls it an anomaly. An image with
/// values outside of [0, 1] is computed as it is, and the first one of a view is a warning in the log that names column, row and remedy.
/// </summary>
/// <remarks>
/// It can be used by several threads at once, in any number of cursors and prediction engines; each of those belongs to one thread. Rows of
/// all of them take turns on the network. Dispose it when none is in use.
/// </remarks>
public sealed class AutoencoderTransformer : BatchTransformer, IDisposable
{
    private readonly AutoencoderStep _step;

    internal AutoencoderTransformer(AutoencoderStep step, TrainingHistory? history)
        : base(step) => (_step, History) = (step, history);

    /// <summary>Gets the autoencoder, in evaluation mode. It is this transformer's: do not dispose it.</summary>
    public Autoencoder Model => _step.Shared.Model;

    /// <summary>Gets the course of the training; null when the model was loaded.</summary>
    public TrainingHistory? History { get; }

    /// <summary>Gets the shape of the images.</summary>
    public ImageShape ImageShape => _step.ImageShape;

    /// <summary>Gets the length of latent vectors.</summary>
    public int LatentSize => _step.LatentSize;

    /// <summary>Gets the name of the column of images that the autoencoder sees.</summary>
    public string InputColumnName => _step.Input;

    /// <summary>Gets how many rows go through the network at once when a view is scored.</summary>
    public int ScoringBatchSize => _step.BatchSize;

    /// <summary>Gets the mean squared error above which a row is an anomaly; null where the model was not trained to tell.</summary>
    public float? Threshold => _step.Threshold;

    /// <summary>Makes a detector of anomalies with another threshold. Both share the model, which is freed when both are disposed.</summary>
    /// <param name="threshold">The mean squared error above which a row is an anomaly, 0 or more.</param>
    /// <returns>The new transformer; the caller disposes it, and this one too.</returns>
    /// <exception cref="InvalidOperationException">This transformer does not tell anomalies.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is negative or no number.</exception>
    /// <exception cref="ObjectDisposedException">This transformer has been disposed.</exception>
    public AutoencoderTransformer WithThreshold(float threshold)
    {
        if (!_step.Columns.IsDetector)
            throw new InvalidOperationException("Only a detector of anomalies has a threshold: train one with AnomalyDetection.Trainers.Autoencoder.");
        if (!(threshold >= 0))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A threshold of mean squared errors is 0 or more.");
        return new AutoencoderTransformer(_step with { Threshold = threshold, Shared = _step.Shared.Share() }, History) { Host = Host };
    }

    /// <summary>Frees the model, unless another transformer shares it. Views and engines made before throw an <see cref="ObjectDisposedException"/> from then on.</summary>
    public void Dispose() => _step.Shared.Dispose();

    private protected override void Save(ModelSaveContext context)
    {
        _step.Shared.ThrowIfDisposed();
        _step.SaveWithModel(context);
    }
}

/// <summary>What a trained autoencoder adds, as a component. It has the model; model files have that beside the settings.</summary>
// The columns come in the order in which they are saved.
internal sealed record AutoencoderStep(
    string Input, string? Target, OrderedDictionary<AutoencoderOutput, string> Outputs, int BatchSize, float? Threshold, string Sha256)
    : Component<AutoencoderStep>, ISaved
{
    // Values of a batch, a gibibyte of them.
    private const int LargestBatch = 1 << 28;
    private const string WeightsName = "Autoencoder.safetensors";

    public static string Kind => "FSHNAUTO";

    public static string Signature => "FashionAE.Autoencoder";

    internal SharedModel Shared { get; init; } = null!;

    internal ImageShape ImageShape => Shared.ImageShape;

    internal int LatentSize => Shared.LatentSize;

    internal override string Step => "Autoencoder";

    internal override bool IsCostly => true;

    internal AutoencoderColumns Columns => AutoencoderColumns.Of(Input, Target, [.. Outputs.Select(o => (o.Key, (string?)o.Value))]);

    internal static AutoencoderStep Of(Autoencoder model, AutoencoderColumns columns, int? scoringBatchSize, float? threshold = null)
    {
        var batchSize = scoringBatchSize ?? BestBatchSize(model.Architecture);
        CheckBatch(batchSize, model.ImageShape);
        model.eval();
        return new AutoencoderStep(
            columns.Input, columns.Target, new(columns.Outputs.Select(o => KeyValuePair.Create(o.Kind, o.Name))), batchSize, threshold, "")
        {
            Shared = new SharedModel(model),
        };
    }

    internal override void Check()
    {
        if (Target == "")
            throw new ArgumentException("a column has no name");
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        if (Outputs.Keys.Any(kind => !Enum.IsDefined(kind)))
            throw new ArgumentException("an output is of no kind that there is");
        if (Columns.IsDetector && !(Threshold >= 0))
            throw new ArgumentException("a detector has no threshold");
    }

    internal override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema) => throw new NotSupportedException();

    internal override BatchMapping Bind(DataViewSchema inputSchema)
    {
        var columns = Columns;
        var input = ImageColumn.Find(inputSchema, Input, columns.InputRole, ImageShape);
        if (columns.Outputs.Any(o => o.Kind == AutoencoderOutput.Ssim))
            input.CheckSimilarity();
        var target = columns.ScoreTarget is { } name ? ImageColumn.Find(inputSchema, name, "target", ImageShape) : input;
        var outputs = columns.Outputs.Select(o => o.Kind).ToArray();
        AddedColumn[] added =
        [
            .. columns.Outputs.Select(o => new AddedColumn(
                Column(o.Kind, o.Name, inputSchema, input), o.Kind.IsScore() ? [input.Index, target.Index] : [input.Index])),
        ];
        return new BatchMapping(inputSchema, added, request =>
        {
            var compares = target.Index != input.Index && outputs.Where((kind, i) => kind.IsScore() && request.IsActive(i)).Any();
            return new Batch(
                this, outputs, new ImageBuffer(input, request.Capacity, request.Log),
                compares ? new ImageBuffer(target, request.Capacity, request.Log) : null);
        })
        {
            BatchSize = BatchSize,
        };
    }

    internal override BatchTransformer ToTransformer() => new AutoencoderTransformer(this, history: null);

    private DataViewSchema.DetachedColumn Column(AutoencoderOutput kind, string name, DataViewSchema inputSchema, ImageColumn input) => kind switch
    {
        AutoencoderOutput.Latent => new DataViewSchema.DetachedColumn(
            name, new VectorDataViewType(NumberDataViewType.Single, LatentSize), ColumnAnnotations.OfLatent(LatentSize)),
        AutoencoderOutput.Reconstruction or AutoencoderOutput.ErrorMap => input.Like(name),
        AutoencoderOutput.Anomaly => new(name, BooleanDataViewType.Instance, ColumnAnnotations.OfDetector(inputSchema, isScore: false)),
        _ => new(name, NumberDataViewType.Single, Columns.IsDetector ? ColumnAnnotations.OfDetector(inputSchema, isScore: true) : null),
    };

    internal override BatchTransformer Load(ModelLoadContext context)
    {
        SafeTensorsFile? file = null;
        try
        {
            if (!context.TryLoadBinaryStream(WeightsName, reader => file = SafeTensorsFile.Read(reader.BaseStream, Sha256)))
                throw ModelFile.Corrupt($"{WeightsName} is missing");
        }
        catch (InvalidDataException e)
        {
            throw ModelFile.Corrupt($"{WeightsName} is no model ({e.Message.TrimEnd('.')})");
        }
        Autoencoder model;
        using (file)
            model = AutoencoderFile.Build(file!, "The model");
        try
        {
            CheckBatch(BatchSize, model.ImageShape);
            return (this with { Shared = new SharedModel(model) }).ToTransformer();
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Refuses batches that take more memory than a program will want to give.</summary>
    internal static void CheckBatch(int? scoringBatchSize, ImageShape shape)
    {
        if (scoringBatchSize * (long)shape.Size > LargestBatch)
            throw new ArgumentOutOfRangeException(
                nameof(scoringBatchSize), scoringBatchSize, $"ScoringBatchSize is {scoringBatchSize}: batches of so many images of {shape} take more than a gibibyte; {LargestBatch / shape.Size} is the most.");
    }

    private static int BestBatchSize(AutoencoderArchitecture architecture) => Math.Clamp(LargestBatch / architecture.ImageShape.Size, 1, architecture.BestBatchSize);

    // The model goes beside the settings under a name of its own, its SHA-256 with them.
    internal void SaveWithModel(ModelSaveContext context)
    {
        using var model = new MemoryStream();
        AutoencoderFile.Save(Shared.Model, model);
        var bytes = model.ToArray();
        (this with { Sha256 = Convert.ToHexString(SHA256.HashData(bytes)) }).Save(context);
        context.SaveBinaryStream(WeightsName, stream => stream.Write(bytes));
    }

    /// <summary>
    /// Runs the autoencoder on a batch of rows. Each stage (latent, reconstruction, a score) is computed once a batch, when the first getter
    /// asks for it, and needs those before it alone.
    /// </summary>
    private sealed class Batch : RowBatch
    {
        private readonly AutoencoderStep _step;
        private readonly AutoencoderOutput[] _outputs;
        private readonly ImageBuffer _inputs;
        private readonly ImageBuffer? _targets;
        private readonly BatchScores _scores;
        private float[]? _latent;
        private float[]? _reconstructions;
        private int _count;
        private bool _isEncoded;
        private bool _isDecoded;

        public Batch(AutoencoderStep step, AutoencoderOutput[] outputs, ImageBuffer inputs, ImageBuffer? targets)
        {
            (_step, _outputs, _inputs, _targets) = (step, outputs, inputs, targets);
            _scores = new BatchScores(
                step.ImageShape.Size,
                () => (
                    (_targets ?? _inputs).AsTensor(_count),
                    ImageBuffer.AsTensor(Reconstructions(), step.ImageShape.Batch(_count))),
                row => !(_inputs.IsFinite(row) && _targets?.IsFinite(row) is not false));
        }

        private Device Device => _step.Shared.Model.parameters().First().device;

        public override void Release()
        {
            _inputs.Release();
            _targets?.Release();
        }

        public override void Bind(DataViewRow input)
        {
            _inputs.Bind(input);
            _targets?.Bind(input);
        }

        public override void Read(int place)
        {
            _inputs.Read(place);
            _targets?.Read(place);
        }

        public override void Begin(int count)
        {
            (_count, _isEncoded, _isDecoded) = (count, false, false);
            _scores.Begin(count);
        }

        public override Delegate MakeGetter(int output, RowSlot slot) => _outputs[output] switch
        {
            AutoencoderOutput.Latent => Vectors(Latent, _step.LatentSize, slot),
            AutoencoderOutput.Reconstruction => Vectors(Reconstructions, _step.ImageShape.Size, slot),
            AutoencoderOutput.Anomaly => IsAnomaly((ValueGetter<float>)_scores.MakeGetter(ImageScore.MeanSquaredError, slot)),
            var kind => _scores.MakeGetter(
                kind switch
                {
                    AutoencoderOutput.Mse => ImageScore.MeanSquaredError,
                    AutoencoderOutput.Psnr => ImageScore.PeakSignalToNoiseRatio,
                    AutoencoderOutput.Ssim => ImageScore.StructuralSimilarity,
                    _ => ImageScore.SquaredError,
                },
                slot),
        };

        // An image without a score, NaN, is unlike all that is known.
        private ValueGetter<bool> IsAnomaly(ValueGetter<float> getScore) => (ref bool value) =>
        {
            var score = 0f;
            getScore(ref score);
            value = !(score <= _step.Threshold);
        };

        private static ValueGetter<VBuffer<float>> Vectors(Func<float[]> values, int length, RowSlot slot) => (ref VBuffer<float> value) =>
        {
            var row = slot.ReadCurrent();
            VBuffer<float>.Copy(values(), row * length, ref value, length);
        };

        private float[] Latent()
        {
            if (!_isEncoded)
                Compute(() => _step.Shared.Model.Encode(Inputs().to(Device)), _step.LatentSize, ref _latent);
            _isEncoded = true;
            return _latent!;
        }

        /// <summary>A network that changes its input in place must not change what its reconstruction is compared with.</summary>
        private Tensor Inputs() => _step.Columns.HasScores ? _inputs.ToTensor(_count) : _inputs.AsTensor(_count);

        private float[] Reconstructions()
        {
            var latent = Latent();
            if (!_isDecoded)
                Compute(
                    () => _step.Shared.Model.Decode(ImageBuffer.ToTensor(latent, _count, _step.LatentSize).to(Device)), _step.ImageShape.Size,
                    ref _reconstructions);
            _isDecoded = true;
            return _reconstructions!;
        }

        private void Compute(Func<Tensor> compute, int length, ref float[]? values)
        {
            var computed = values;
            _step.Shared.Use(() => TorchPass.Run(_count, () => ImageBuffer.CopyTo(compute(), ref computed)));
            values = computed;
            BatchScores.MarkMissing(values!, _count, length, row => !_inputs.IsFinite(row));
        }
    }
}

/// <summary>
/// One transformer's share of a model. The model is freed when the last of those that hold it lets go: shares, and passes that are under
/// way.
/// </summary>
internal sealed class SharedModel : IDisposable
{
    private readonly Holders _holders;
    private bool _isDisposed;

    public SharedModel(Autoencoder model)
        : this(model, new Holders())
    {
    }

    private SharedModel(Autoencoder model, Holders holders)
    {
        (Model, _holders) = (model, holders);
        (ImageShape, LatentSize) = (model.ImageShape, model.LatentSize);
    }

    public Autoencoder Model { get; }

    public ImageShape ImageShape { get; }

    public int LatentSize { get; }

    /// <summary>Makes another share.</summary>
    /// <exception cref="ObjectDisposedException">This share has been disposed.</exception>
    public SharedModel Share()
    {
        Hold();
        return new SharedModel(Model, _holders);
    }

    /// <summary>Keeps the model alive while something is computed, whoever disposes it meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">This share has been disposed.</exception>
    public void Use(Action compute)
    {
        Hold();
        try
        {
            compute();
        }
        finally
        {
            Release();
        }
    }

    /// <exception cref="ObjectDisposedException">This share has been disposed.</exception>
    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed, typeof(AutoencoderTransformer));

    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _isDisposed, true))
            Release();
    }

    private void Hold()
    {
        lock (_holders)
        {
            ObjectDisposedException.ThrowIf(_isDisposed || _holders.Count == 0, typeof(AutoencoderTransformer));
            _holders.Count++;
        }
    }

    private void Release()
    {
        lock (_holders)
            if (--_holders.Count == 0)
                Model.Dispose();
    }

    private sealed class Holders
    {
        public int Count { get; set; } = 1;
    }
}

/// <summary>What an autoencoder can add to a row. Model files hold these names.</summary>
internal enum AutoencoderOutput
{
    Latent,
    Reconstruction,
    Mse,
    Psnr,
    Ssim,
    ErrorMap,

    /// <summary>Whether the mean squared error is above the threshold.</summary>
    Anomaly,
}

/// <summary>Which columns an autoencoder reads and adds.</summary>
/// <param name="Input">The column of images that it sees.</param>
/// <param name="Target">The column of images that reconstructions are compared with; null for the input.</param>
/// <param name="Outputs">What it adds, under which names, in the order of the columns.</param>
internal sealed record AutoencoderColumns(string Input, string? Target, IReadOnlyList<(AutoencoderOutput Kind, string Name)> Outputs)
{
    /// <summary>Whether what is added are the score and the verdict of an anomaly detector.</summary>
    public bool IsDetector => Outputs.Any(o => o.Kind == AutoencoderOutput.Anomaly);

    /// <summary>What the input is called in exceptions: ML.NET has features in trainers, and inputs elsewhere.</summary>
    public string InputRole => IsDetector ? "feature" : "input";

    public bool HasScores => Outputs.Any(o => o.Kind.IsScore());

    /// <summary>The column that scores compare with, where it is another one than the input.</summary>
    public string? ScoreTarget => HasScores && Target != Input ? Target : null;

    /// <exception cref="ArgumentException">Nothing is added, or two columns have one name.</exception>
    public static AutoencoderColumns Of(string input, string? target, params (AutoencoderOutput Kind, string? Name)[] outputs)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        var named = outputs.Where(o => o.Name is not null).Select(o => (o.Kind, Name: o.Name!)).ToArray();
        if (named.Length == 0)
            throw new ArgumentException(
                $"No output column is named: set {nameof(AutoencoderEstimator.Options.LatentColumnName)}, {nameof(AutoencoderEstimator.Options.ReconstructionColumnName)} or one of the scores' names.",
                nameof(outputs));
        if (named.GroupBy(o => o.Name).FirstOrDefault(g => g.Count() > 1 || g.Key.Length == 0) is { } twice)
            throw new ArgumentException($"Output columns need names of their own, and '{twice.Key}' is none or is given twice.", nameof(outputs));
        return new AutoencoderColumns(input, target, named);
    }
}

internal static class AutoencoderOutputs
{
    /// <summary>Whether an output compares a reconstruction with its target.</summary>
    public static bool IsScore(this AutoencoderOutput kind) => kind >= AutoencoderOutput.Mse;
}
