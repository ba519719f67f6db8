using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Serve;

/// <summary>Scores pictures of garments by a saved pipeline, from any number of threads at the same time.</summary>
internal sealed class GarmentScorer : IDisposable
{
    // The header is read first: a small file can hold a picture of gigabytes.
    private static readonly PixelOptions Options = new() { Shape = FashionMnist.Shape, MaximumPixels = 4_000_000 };

    /// <summary>The columns that an answer can have: add yours here and to <see cref="Scored"/>.</summary>
    private static readonly Dictionary<string, Func<Scored, object>> Known = new()
    {
        [nameof(Scored.Code)] = scored => scored.Code,
        [nameof(Scored.Mse)] = scored => scored.Mse,
        [nameof(Scored.Score)] = scored => scored.Score,
        [nameof(Scored.PredictedLabel)] = scored => scored.PredictedLabel,
    };

    private readonly IDisposable? _owner;
    private readonly ObjectPool<PredictionEngine<Garment, Scored>> _engines;
    private readonly string[] _columns;

    public GarmentScorer(string file)
    {
        var ml = new MLContext();
        var model = ml.Model.Load(file, out var inputSchema);
        _owner = model as IDisposable;
        // Steps for training alone, such as RotateImages, are not for single rows.
        if (model is TransformerChain<ITransformer> chain)
            model = chain.GetModelFor(TransformerScope.Scoring);
        // An answer has those of the known columns that the model adds with the same type.
        var (added, scored) = (model.GetOutputSchema(inputSchema), SchemaDefinition.Create(typeof(Scored)));
        scored.RemoveAll(column => added.GetColumnOrNull(column.ColumnName)?.Type.RawType != column.ColumnType.RawType);
        _columns = [.. scored.Select(column => column.ColumnName)];
        _engines = new DefaultObjectPoolProvider().Create(new Engines(ml, model, scored));
    }

    /// <summary>Gets a value indicating whether a black image is scored.</summary>
    public bool IsReady => Score(new Garment { Pixels = new float[FashionMnist.Shape.Size] }).Count > 0;

    /// <summary>Scores a picture, such as a PNG or JPEG file.</summary>
    /// <exception cref="InvalidDataException">It is no such file; the message is one line.</exception>
    public Dictionary<string, object> Score(Stream file) => Score(new Garment { Pixels = PixelReader.Read(file, Options) });

    public void Dispose() => _owner?.Dispose();

    private Dictionary<string, object> Score(Garment garment)
    {
        var engine = _engines.Get();
        var scored = engine.Predict(garment);
        _engines.Return(engine);
        return _columns.ToDictionary(column => char.ToLowerInvariant(column[0]) + column[1..], column => Known[column](scored));
    }

    /// <summary>Engines are not thread-safe: each request has one to itself. The model is shared.</summary>
    private sealed class Engines(MLContext ml, ITransformer model, SchemaDefinition columns) : PooledObjectPolicy<PredictionEngine<Garment, Scored>>
    {
        private readonly PredictionEngineOptions _options = new() { OwnsTransformer = false, OutputSchemaDefinition = columns };

        public override PredictionEngine<Garment, Scored> Create() => ml.Model.CreatePredictionEngine<Garment, Scored>(model, _options);

        public override bool Return(PredictionEngine<Garment, Scored> engine) => true;
    }
}

internal sealed class Garment
{
    [VectorType(1, 28, 28)]
    public float[] Pixels { get; set; } = [];
}

internal sealed class Scored
{
    public float[] Code { get; set; } = [];

    public float Mse { get; set; }

    public float Score { get; set; }

    public bool PredictedLabel { get; set; }
}
