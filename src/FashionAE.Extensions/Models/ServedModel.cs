using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;

namespace FashionAE.Extensions;

/// <summary>A loaded model. It is disposed when it is retired and its last lease has ended.</summary>
internal sealed class ServedModel
{
    private readonly Lock _gate = new();
    private readonly IDisposable? _owner;
    private readonly ObjectPool<BatchScorer> _scorers;
    private int _leases = 1; // the model's own lease ends when it is retired

    private ServedModel(IDisposable? owner, ServedPipeline pipeline, ObjectPool<BatchScorer> scorers, IReadOnlyList<string> columns) =>
        (_owner, Pipeline, _scorers, Columns) = (owner, pipeline, scorers, columns);

    /// <summary>Gets the version of the file that was loaded.</summary>
    public FileVersion Version { get; private init; }

    public ServedPipeline Pipeline { get; }

    /// <summary>Gets the drift monitor, which the caller must dispose, and the view of its rows; null without a monitor.</summary>
    public (DriftMonitor Monitor, SourceRows Source)? Drift { get; private init; }

    /// <summary>Gets the columns of an answer.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Loads the model of a service and scores one row, so that the first request is as fast as later ones.</summary>
    /// <exception cref="InvalidDataException">The model cannot be served. The message contains the file and the reason.</exception>
    public static ServedModel Load(AutoencoderServiceOptions options, ILoggerFactory loggers)
    {
        IDisposable? owner = null;
        try
        {
            var ml = new MLContext();
            ml.LogTo(loggers);
            ITransformer model;
            DataViewSchema schema;
            FileVersion version;
            using (var file = new FileStream(options.ModelFile, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete))
            {
                version = new FileVersion(File.GetLastWriteTimeUtc(file.SafeFileHandle), file.Length);
                model = ml.Model.Load(file, out schema);
            }
            owner = model as IDisposable;
            var pipeline = ServedPipeline.Of(model, schema, options.InputColumnName);
            foreach (var step in pipeline.Batched.OfType<BatchTransformer>())
                step.WarnsOfRepeatedReads = false; // a service reads the view again for each batch
            foreach (var autoencoder in pipeline.Batched.OfType<AutoencoderTransformer>())
                autoencoder.ScoringEngine = options.ScoringEngine;
            var scorers = new DefaultObjectPoolProvider { MaximumRetained = options.Workers }.Create(
                new Scorers(() => new BatchScorer(ml, pipeline, options.Columns)));
            var first = scorers.Get();
            first.Score([new float[pipeline.InputType.Size]]);
            scorers.Return(first);
            return new ServedModel(owner, pipeline, scorers, first.Columns)
            {
                Version = version,
                Drift = options.Drift is { } drift ? CreateMonitor(ml, pipeline, drift) : null,
            };
        }
#pragma warning disable CA1031 // A damaged file can cause many kinds of exceptions. The message contains the reason.
        catch (Exception e)
#pragma warning restore CA1031
        {
            owner?.Dispose();
            throw new InvalidDataException($"The model '{options.ModelFile}' cannot be served: {e.Message}", e);
        }
    }

    /// <summary>Begins a lease, which keeps the model alive. Returns false if the model has been disposed.</summary>
    public bool TryLease()
    {
        lock (_gate)
        {
            if (_leases == 0)
                return false;
            _leases++;
            return true;
        }
    }

    /// <summary>Ends a lease. Disposes the model after the last one.</summary>
    public void Release()
    {
        lock (_gate)
            if (--_leases > 0)
                return;
        (_scorers as IDisposable)?.Dispose();
        _owner?.Dispose();
    }

    /// <summary>Scores rows. The caller must hold a lease, because another thread may replace the model.</summary>
    public IReadOnlyDictionary<string, object>[] Score(IReadOnlyList<float[]> rows)
    {
        var scorer = _scorers.Get();
        var answers = scorer.Score(rows);
        _scorers.Return(scorer); // a scorer that failed is not reused
        return answers;
    }

    private static (DriftMonitor Monitor, SourceRows Source) CreateMonitor(MLContext ml, ServedPipeline pipeline, DriftOptions options)
    {
        var (source, monitor) = (new SourceRows(ml, pipeline), ml.Model.CreateDriftMonitor(pipeline.Batched, options));
        try
        {
            // Observe no rows. This throws now if the monitor needs a column that requests do not have, such as a target column.
            monitor.Observe(source.View);
            return (monitor, source);
        }
        catch
        {
            monitor.Dispose();
            throw;
        }
    }

    private sealed class Scorers(Func<BatchScorer> create) : PooledObjectPolicy<BatchScorer>
    {
        public override BatchScorer Create() => create();

        public override bool Return(BatchScorer obj) => true;
    }
}
