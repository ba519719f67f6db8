using System.Security.Cryptography;
using System.Text.Json.Serialization;
using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

[assembly: LoadableClass(
    typeof(AutoencoderTransformer), typeof(ModelSaving<AutoencoderTransformer, AutoencoderTransformer.Settings>), null, typeof(SignatureLoadModel), "",
    AutoencoderTransformer.LoaderSignature)]

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
public sealed class AutoencoderTransformer : BatchTransformer, IDisposable, ISaved<AutoencoderTransformer, AutoencoderTransformer.Settings>
{
    internal const string LoaderSignature = "FashionAE.Autoencoder";

    // Values of a batch, a gibibyte of them.
    private const int LargestBatch = 1 << 28;
    private const string WeightsName = "Autoencoder.safetensors";

    private readonly SharedModel _shared;
    private readonly AutoencoderColumns _columns;
    private bool _isDisposed;

    internal AutoencoderTransformer(Autoencoder model, AutoencoderColumns columns, int? scoringBatchSize, TrainingHistory? history, float? threshold = null)
        : this(new SharedModel(model), columns, scoringBatchSize ?? BestBatchSize(model.Architecture), history, threshold) => model.eval();

    private AutoencoderTransformer(SharedModel shared, AutoencoderColumns columns, int scoringBatchSize, TrainingHistory? history, float? threshold)
    {
        CheckBatch(scoringBatchSize, shared.Model.ImageShape);
        (_shared, _columns, ScoringBatchSize, History, Threshold) = (shared, columns, scoringBatchSize, history, threshold);
        (ImageShape, LatentSize) = (shared.Model.ImageShape, shared.Model.LatentSize);
    }

    /// <summary>Gets the autoencoder, in evaluation mode. It is this transformer's: do not dispose it.</summary>
    public Autoencoder Model => _shared.Model;

    /// <summary>Gets the course of the training; null when the model was loaded.</summary>
    public TrainingHistory? History { get; }

    /// <summary>Gets the shape of the images.</summary>
    public ImageShape ImageShape { get; }

    /// <summary>Gets the length of latent vectors.</summary>
    public int LatentSize { get; }

    /// <summary>Gets the name of the column of images that the autoencoder sees.</summary>
    public string InputColumnName => _columns.Input;

    /// <summary>Gets how many rows go through the network at once when a view is scored.</summary>
    public int ScoringBatchSize { get; }

    /// <summary>Gets the mean squared error above which a row is an anomaly; null where the model was not trained to tell.</summary>
    public float? Threshold { get; }

    static string ISaved<AutoencoderTransformer, Settings>.Kind => "FSHNAUTO";

    static string ISaved<AutoencoderTransformer, Settings>.Signature => LoaderSignature;

    /// <summary>Makes a detector of anomalies with another threshold. Both share the model, which is freed when both are disposed.</summary>
    /// <param name="threshold">The mean squared error above which a row is an anomaly, 0 or more.</param>
    /// <returns>The new transformer; the caller disposes it, and this one too.</returns>
    /// <exception cref="InvalidOperationException">This transformer does not tell anomalies.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is negative or no number.</exception>
    /// <exception cref="ObjectDisposedException">This transformer has been disposed.</exception>
    public AutoencoderTransformer WithThreshold(float threshold)
    {
        if (!_columns.IsDetector)
            throw new InvalidOperationException("Only a detector of anomalies has a threshold: train one with AnomalyDetection.Trainers.Autoencoder.");
        if (!(threshold >= 0))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A threshold of mean squared errors is 0 or more.");
        Hold();
        return new AutoencoderTransformer(_shared, _columns, ScoringBatchSize, History, threshold) { Host = Host };
    }

    /// <summary>Frees the model, unless another transformer shares it. Views and engines made before throw an <see cref="ObjectDisposedException"/> from then on.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _isDisposed, true))
            _shared.Release();
    }

    static AutoencoderTransformer ISaved<AutoencoderTransformer, Settings>.Load(Settings settings, ModelLoadContext context)
    {
        Autoencoder? model = null;
        var found = context.TryLoadBinaryStream(WeightsName, reader =>
        {
            byte[] bytes;
            try
            {
                bytes = SafeTensorsFile.ReadWhole(reader.BaseStream);
            }
            catch (InvalidDataException e)
            {
                throw ModelFile.Corrupt($"{WeightsName} is no model ({e.Message.TrimEnd('.')})");
            }
            if (Convert.ToHexString(SHA256.HashData(bytes)) != settings.Sha256)
                throw ModelFile.Corrupt($"the SHA-256 of {WeightsName} is not the one that was saved");
            model = AutoencoderFile.Load(new MemoryStream(bytes));
        });
        if (!found)
            throw ModelFile.Corrupt($"{WeightsName} is missing");
        try
        {
            return new AutoencoderTransformer(model!, settings.Columns, settings.BatchSize, history: null, settings.Threshold);
        }
        catch
        {
            model!.Dispose();
            throw;
        }
    }

    private protected override RepeatedReads? CountReads() => Host is { } environment
        ? new RepeatedReads(environment, nameof(AutoencoderTransformer), _columns.Outputs.Select(o => o.Name))
        : null;

    internal override BatchMapping Map(DataViewSchema inputSchema)
    {
        var input = ImageColumn.Find(inputSchema, _columns.Input, _columns.InputRole, ImageShape);
        if (_columns.Outputs.Any(o => o.Kind == AutoencoderOutput.Ssim))
            input.CheckSimilarity();
        return new Mapping(this, inputSchema, input, _columns.ScoreTarget is { } target ? ImageColumn.Find(inputSchema, target, "target", ImageShape) : input);
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
    private protected override void Save(ModelSaveContext context)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using var model = new MemoryStream();
        AutoencoderFile.Save(Model, model);
        var bytes = model.ToArray();
        ModelSaving<AutoencoderTransformer, Settings>.Save(context, new(
            _columns.Input, _columns.Target, new(_columns.Outputs.Select(o => KeyValuePair.Create(o.Kind, o.Name))), ScoringBatchSize,
            Threshold, Convert.ToHexString(SHA256.HashData(bytes))));
        context.SaveBinaryStream(WeightsName, stream => stream.Write(bytes));
    }

    // The columns come in the order in which they are saved.
    internal sealed record Settings(
        string Input, string? Target, OrderedDictionary<AutoencoderOutput, string> Outputs, int BatchSize, float? Threshold, string Sha256)
        : ICheckedSettings
    {
        [JsonIgnore]
        public AutoencoderColumns Columns => AutoencoderColumns.Of(Input, Target, [.. Outputs.Select(o => (o.Key, (string?)o.Value))]);

        public void Check()
        {
            ModelFile.CheckNames(Target);
            ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
            if (Outputs.Keys.Any(kind => !Enum.IsDefined(kind)))
                throw new ArgumentException("an output is of no kind that there is");
            if (Columns.IsDetector && !(Threshold >= 0))
                throw new ArgumentException("a detector has no threshold");
        }
    }

    /// <summary>Keeps the model alive until it is released, whoever disposes it meanwhile.</summary>
    private void Hold() => ObjectDisposedException.ThrowIf(_isDisposed || !_shared.TryHold(), this);

    /// <summary>A model that is freed when the last of those that hold it lets go: transformers, and passes that are under way.</summary>
    private sealed class SharedModel(Autoencoder model)
    {
        private readonly Lock _lock = new();
        private int _holders = 1;

        public Autoencoder Model => model;

        public bool TryHold()
        {
            lock (_lock)
                return _holders > 0 && ++_holders > 0;
        }

        public void Release()
        {
            lock (_lock)
                if (--_holders == 0)
                    model.Dispose();
        }
    }

    /// <summary>What the transformer adds to a schema.</summary>
    private sealed class Mapping(AutoencoderTransformer transformer, DataViewSchema inputSchema, ImageColumn input, ImageColumn target)
        : BatchMapping(inputSchema, Added(transformer, inputSchema, input), transformer.ScoringBatchSize)
    {
        private readonly AutoencoderOutput[] _outputs = [.. transformer._columns.Outputs.Select(o => o.Kind)];
        private readonly PixelRange _range = new(transformer.Host, "Autoencoder");

        public override RowBatch CreateBatch(Func<int, bool> isActive, int capacity)
        {
            var comparesWithTarget = target.Index != input.Index && _outputs.Where((kind, i) => kind.IsScore() && isActive(i)).Any();
            return new Batch(
                transformer, _outputs, new ImageBuffer(input, capacity, _range),
                comparesWithTarget ? new ImageBuffer(target, capacity, _range) : null);
        }

        public override IEnumerable<int> Sources(int added) => _outputs[added].IsScore() ? [input.Index, target.Index] : [input.Index];

        private static IEnumerable<DataViewSchema.DetachedColumn> Added(AutoencoderTransformer transformer, DataViewSchema inputSchema, ImageColumn input)
        {
            var isDetector = transformer._columns.IsDetector;
            return transformer._columns.Outputs.Select(o => o.Kind switch
            {
                AutoencoderOutput.Latent => new DataViewSchema.DetachedColumn(
                    o.Name, new VectorDataViewType(NumberDataViewType.Single, transformer.LatentSize), ColumnAnnotations.OfLatent(transformer.LatentSize)),
                AutoencoderOutput.Reconstruction or AutoencoderOutput.ErrorMap => input.Like(o.Name),
                AutoencoderOutput.Anomaly => new(o.Name, BooleanDataViewType.Instance, ColumnAnnotations.OfDetector(inputSchema, isScore: false)),
                _ => new(o.Name, NumberDataViewType.Single, isDetector ? ColumnAnnotations.OfDetector(inputSchema, isScore: true) : null),
            });
        }
    }

    /// <summary>
    /// Runs the autoencoder on a batch of rows. Each stage (latent, reconstruction, a score) is computed once a batch, when the first getter
    /// asks for it, and needs those before it alone.
    /// </summary>
    private sealed class Batch : RowBatch
    {
        private readonly AutoencoderTransformer _transformer;
        private readonly AutoencoderOutput[] _outputs;
        private readonly ImageBuffer _inputs;
        private readonly ImageBuffer? _targets;
        private readonly BatchScores _scores;
        private float[]? _latent;
        private float[]? _reconstructions;
        private int _count;
        private bool _isEncoded;
        private bool _isDecoded;

        public Batch(AutoencoderTransformer transformer, AutoencoderOutput[] outputs, ImageBuffer inputs, ImageBuffer? targets)
        {
            (_transformer, _outputs, _inputs, _targets) = (transformer, outputs, inputs, targets);
            _scores = new BatchScores(
                transformer.ImageShape.Size,
                () => (
                    (_targets ?? _inputs).AsTensor(_count),
                    ImageBuffer.AsTensor(Reconstructions(), transformer.ImageShape.Batch(_count))),
                row => !(_inputs.IsFinite(row) && _targets?.IsFinite(row) is not false));
        }

        private Device Device => _transformer.Model.parameters().First().device;

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
            AutoencoderOutput.Latent => Vectors(Latent, _transformer.LatentSize, slot),
            AutoencoderOutput.Reconstruction => Vectors(Reconstructions, _transformer.ImageShape.Size, slot),
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
            value = !(score <= _transformer.Threshold);
        };

        private static ValueGetter<VBuffer<float>> Vectors(Func<float[]> values, int length, RowSlot slot) => (ref VBuffer<float> value) =>
        {
            var row = slot.Current;
            VBuffer<float>.Copy(values(), row * length, ref value, length);
        };

        private float[] Latent()
        {
            if (!_isEncoded)
                Compute(() => _transformer.Model.Encode(Inputs().to(Device)), _transformer.LatentSize, ref _latent);
            _isEncoded = true;
            return _latent!;
        }

        /// <summary>A network that changes its input in place must not change what its reconstruction is compared with.</summary>
        private Tensor Inputs() => _transformer._columns.HasScores ? _inputs.ToTensor(_count) : _inputs.AsTensor(_count);

        private float[] Reconstructions()
        {
            var latent = Latent();
            if (!_isDecoded)
                Compute(
                    () => _transformer.Model.Decode(ImageBuffer.ToTensor(latent, _count, _transformer.LatentSize).to(Device)), _transformer.ImageShape.Size,
                    ref _reconstructions);
            _isDecoded = true;
            return _reconstructions!;
        }

        private void Compute(Func<Tensor> compute, int length, ref float[]? values)
        {
            _transformer.Hold();
            try
            {
                var computed = values;
                TorchPass.Run(_count, () => ImageBuffer.CopyTo(compute(), ref computed));
                values = computed;
            }
            finally
            {
                _transformer._shared.Release();
            }
            BatchScores.MarkMissing(values!, _count, length, row => !_inputs.IsFinite(row));
        }
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
