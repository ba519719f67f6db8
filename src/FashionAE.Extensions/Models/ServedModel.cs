using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;

namespace FashionAE.Extensions;

/// <summary>A loaded model, which is freed when it has been retired and the last of its leases is over.</summary>
internal sealed class ServedModel
{
    private readonly Lock _gate = new();
    private readonly IDisposable? _owner;
    private readonly ObjectPool<BatchScorer> _scorers;
    private int _leases = 1; // its own, until it is retired

    private ServedModel(IDisposable? owner, ServedPipeline pipeline, ObjectPool<BatchScorer> scorers, IReadOnlyList<string> columns) =>
        (_owner, Pipeline, _scorers, Columns) = (owner, pipeline, scorers, columns);

    /// <summary>Gets the version of the file that was loaded.</summary>
    public FileVersion Version { get; private init; }

    public ServedPipeline Pipeline { get; }

    /// <summary>Gets what compares new rows with those of the training, which the caller disposes, and its source; null for none.</summary>
    public (DriftMonitor Monitor, SourceRows Source)? Drift { get; private init; }

    /// <summary>Gets the columns of an answer.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Loads the model of a service and scores one row by it, so that the first request is as fast as the next ones.</summary>
    /// <exception cref="InvalidDataException">The file cannot be served; the message names it and says why.</exception>
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
                step.WarnsOfRepeatedReads = false; // each batch is another read
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
#pragma warning disable CA1031 // A damaged file can fail in many ways, and each of them is said.
        catch (Exception e)
#pragma warning restore CA1031
        {
            owner?.Dispose();
            throw new InvalidDataException($"The model '{options.ModelFile}' cannot be served: {e.Message}", e);
        }
    }

    /// <summary>Keeps the model alive for a batch; false if it is freed.</summary>
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

    /// <summary>Ends a lease, or the model's own.</summary>
    public void Release()
    {
        lock (_gate)
            if (--_leases > 0)
                return;
        (_scorers as IDisposable)?.Dispose();
        _owner?.Dispose();
    }

    /// <summary>Scores rows, whoever replaces the model meanwhile; the caller has a lease.</summary>
    public IReadOnlyDictionary<string, object>[] Score(IReadOnlyList<float[]> rows)
    {
        var scorer = _scorers.Get();
        var answers = scorer.Score(rows);
        _scorers.Return(scorer); // one that has failed is not used again
        return answers;
    }

    private static (DriftMonitor Monitor, SourceRows Source) CreateMonitor(MLContext ml, ServedPipeline pipeline, DriftOptions options)
    {
        var (source, monitor) = (new SourceRows(ml, pipeline), ml.Model.CreateDriftMonitor(pipeline.Batched, options));
        try
        {
            // No rows yet: one that cannot read what requests have, such as a target column, says so now.
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
