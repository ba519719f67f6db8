using System.Security.Cryptography;
using FashionAE.MLNet;
using Microsoft.ML;

[assembly: Saved<AutoencoderStep>]

namespace FashionAE.MLNet;

/// <summary>
/// A trained autoencoder as a component. The dictionary Outputs maps the names of outputs to the names of their columns, in the order of
/// the columns. A model file contains these settings and, in a separate entry, the model. The settings contain the SHA-256 of the model.
/// The file of a custom network also contains its ONNX models. The file of a detector contains what it learned. If the model has reference
/// rows for drift monitors, the file contains them, too.
/// </summary>
internal sealed record AutoencoderStep(
    string Input, string? Target, OrderedDictionary<string, string> Outputs, int BatchSize, float? Threshold, string Sha256,
    string? OnnxSha256 = null, Detector? Detector = null, DriftReference? Reference = null)
    : Component<AutoencoderStep>, ISaved
{
    private const string WeightsName = "Autoencoder.safetensors";
    private const string EncoderName = "Encoder.onnx";
    private const string DecoderName = "Decoder.onnx";

    public static string Kind => "FSHNAUTO";

    public static string Signature => "FashionAE.Autoencoder";

    internal SharedModel Shared { get; init; } = null!;

    internal AutoencoderColumns Columns => field ??= AutoencoderColumns.Of(
        Input, Target, [.. Outputs.Select(o => (AutoencoderOutput.Named(o.Key), (string?)o.Value))]);

    internal override string Step => "Autoencoder";

    internal override bool IsCostly => true;

    /// <summary>Creates the step of a model. The step does not hold a share of the model yet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A batch of this size needs more than a gibibyte of memory.</exception>
    internal static AutoencoderStep Of(SharedModel model, AutoencoderColumns columns, int? scoringBatchSize) => new AutoencoderStep(
        columns.Input, columns.Target, new(columns.Outputs.Select(o => KeyValuePair.Create(o.Kind.Name, o.Name))),
        scoringBatchSize ?? AutoencoderBatch.BestSize(model.Model.Architecture), Threshold: null, Sha256: "").With(model);

    internal override void EnsureLibraries() => Shared.Use(model => model.EngineFor(Shared.Engine));

    internal override void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        if (Columns.IsDetector && Threshold is null or float.NaN)
            throw new ArgumentException("a detector has no threshold");
        // In a file of version 0.1, the predicted label is the only detector output. It is based on the mean squared error.
        if (Detector is null && Columns.Outputs.Any(o => o.Kind is DetectorOutput and not AnomalyOutput))
            throw new ArgumentException("a detector has no score");
        Detector?.Check();
    }

    internal override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema) => Columns.Promise(inputSchema);

    internal override BatchMapping Bind(DataViewSchema inputSchema)
    {
        var input = Columns.FindInput(inputSchema, Shared.Model.InputShape);
        var target = Columns is { HasScores: true, Target: { } name }
            ? ImageColumn.Find(inputSchema, name, "target", Shared.Model.InputShape)
            : input;
        var named = Columns.Target is { } wanted ? inputSchema.GetColumnOrNull(wanted) : null;
        var place = new OutputPlace(inputSchema, input, named, Shared.Model.LatentSize, Detector);
        AddedColumn[] added =
        [
            .. Columns.Outputs.Select(o => new AddedColumn(
                o.Kind.Make(o.Name, place), o.Kind.IsScore ? [input.Index, target.Index] : [input.Index])),
        ];
        return new BatchMapping(inputSchema, added, request =>
        {
            var compares = Columns.Outputs.Where((o, i) => o.Kind.IsScore && request.IsActive(i)).Any();
            var masks = Shared.Model.Architecture.MasksMissing;
            ImageBuffer Buffer(ImageColumn column) => new(column, request.Capacity, request.Log) { MasksMissing = masks };
            var targets = compares && target.Index != input.Index ? Buffer(target) : null;
            var engine = Shared.Use(model => model.EngineFor(Shared.Engine, problem => request.Log.Warn(problem)));
            return new AutoencoderBatch(this, engine, Buffer(input), targets);
        })
        {
            BatchSize = BatchSize,
            WriteOnnx = export => Shared.Use(model =>
            {
                // The type of a column of vectors may have several dimensions. Values of different ranks would be combined wrongly.
                OnnxValue Column(string name) =>
                    model.InputShape.IsVector ? export.Add("Flatten", export.Column(name)) : export.Column(name);
                var graph = new AutoencoderGraph(export, model.GetGraph(), Column(input.Name), Column(target.Name))
                {
                    Threshold = Threshold,
                    Space = model.Space,
                    Detector = Detector,
                };
                return Columns.Outputs.Select(o => o.Kind.Write(graph)).ToArray();
            }),
        };
    }

    internal override BatchTransformer ToTransformer() => new AutoencoderTransformer(this, history: null);

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
            throw ModelFile.Corrupt($"{WeightsName} is not a model ({e.Message.TrimEnd('.')})");
        }
        using var model = new SharedModel(new TrainedModel(SavedAutoencoder.Of(file!, "The model"), LoadOnnx(context)));
        model.Model.Check();
        var detector = Detector?.Load(context, model.Model.InputShape, model.Model.LatentSize);
        if (detector is { Distribution: null } && Columns.Outputs.Any(o => o.Kind is ProbabilityOutput))
            throw ModelFile.Corrupt("the score distribution, which probabilities need, is missing");
        var reference = Reference?.Load(context, model.Model.LatentSize);
        var step = Columns.IsDetector && detector is null ? OfOldDetector() : this with { Detector = detector, Reference = reference };
        return (step.With(model) with { Shared = model.Share() }).ToTransformer();
    }

    /// <summary>Saves the settings and, in a separate entry, the model. The settings contain the SHA-256 of the model.</summary>
    /// <param name="context">The location in the model file.</param>
    /// <param name="warn">The action that receives the reason if a custom network cannot be scored without libtorch.</param>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    internal void SaveWithModel(ModelSaveContext context, Action<string> warn)
    {
        using var weights = new MemoryStream();
        var onnx = Shared.Use(model =>
        {
            model.Save().Write(weights);
            try
            {
                return model.SaveOnnx();
            }
            catch (NotSupportedException e)
            {
                warn($"Programs that load this model file need libtorch: {e.Message}");
                return null;
            }
        });
        var bytes = weights.ToArray();
        var (detector, learned) = Detector?.Write() ?? default;
        var (reference, sample) = Reference?.Write() ?? default;
        (this with
        {
            Sha256 = Convert.ToHexString(SHA256.HashData(bytes)),
            OnnxSha256 = onnx is null ? null : Sum(onnx),
            Detector = detector,
            Reference = reference,
        }).Save(context);
        context.SaveBinaryStream(WeightsName, stream => stream.Write(bytes));
        if (detector is not null)
            Detector.Save(context, learned);
        if (reference is not null)
            DriftReference.Save(context, sample);
        if (onnx is null)
            return;
        context.SaveBinaryStream(EncoderName, stream => stream.Write(onnx.Encoder));
        context.SaveBinaryStream(DecoderName, stream => stream.Write(onnx.Decoder));
    }

    private static string Sum(OnnxModels models) => Convert.ToHexString(SHA256.HashData([.. models.Encoder, .. models.Decoder]));

    private OnnxModels? LoadOnnx(ModelLoadContext context)
    {
        if (OnnxSha256 is null)
            return null;
        byte[] Read(string name)
        {
            using var bytes = new MemoryStream();
            return context.TryLoadBinaryStream(name, reader => reader.BaseStream.CopyTo(bytes))
                ? bytes.ToArray()
                : throw ModelFile.Corrupt($"{name} is missing");
        }

        var models = new OnnxModels(Read(EncoderName), Read(DecoderName));
        return Sum(models) == OnnxSha256
            ? models
            : throw ModelFile.Corrupt($"the SHA-256 of {EncoderName} and {DecoderName} is not the one that was saved");
    }

    /// <summary>Creates the detector of a file of version 0.1, in which the score was an output of the autoencoder.</summary>
    private AutoencoderStep OfOldDetector()
    {
        var outputs = Outputs.Select(o => o.Key == ScoreOutput.Mse.Name ? new(new DetectorScoreOutput().Name, o.Value) : o);
        return new AutoencoderStep(
            Input, Target, new(outputs), BatchSize, Threshold, Sha256, OnnxSha256, MLNet.Detector.OfOldFile);
    }

    private AutoencoderStep With(SharedModel model)
    {
        AutoencoderBatch.CheckSize(BatchSize, model.Model.InputShape);
        return this with { Shared = model };
    }
}
