using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>Scores a stream of rows with a model. A batch contains the rows that have arrived since the previous one.</summary>
internal sealed class StreamScorer<TIn, TOut>
    where TIn : class
    where TOut : class, new()
{
    private readonly StreamedRows _rows;
    // ML.NET compiles code for TIn when it creates the view in _rows, and for TOut when it creates _scored. All batches share both, so
    // that this happens once.
    private readonly IEnumerable<TOut> _scored;
    private List<TIn> _batch = [];

    private StreamScorer(IHostEnvironment environment, ITransformer model)
    {
        var data = new DataOperationsCatalog(environment);
        _rows = new StreamedRows(data.LoadFromEnumerable(CurrentBatch()));
        _scored = data.CreateEnumerable<TOut>(model.Transform(_rows), reuseRowObject: false);
    }

    /// <summary>Scores rows in their order, and reads at most one batch ahead.</summary>
    public static async IAsyncEnumerable<TOut> ScoreAsync(
        IHostEnvironment environment, ITransformer model, IAsyncEnumerable<TIn> rows, int batchSize,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var scorer = new StreamScorer<TIn, TOut>(environment, model);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var arrived = Channel.CreateBounded<TIn>(new BoundedChannelOptions(batchSize) { SingleReader = true, SingleWriter = true });
        // Read on another thread, because the source may block: it may read a file or a database synchronously.
        var reading = Task.Run(() => ReadAsync(rows, arrived.Writer, stop.Token), CancellationToken.None);
        try
        {
            while (await arrived.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var batch = new List<TIn>();
                while (batch.Count < batchSize && arrived.Reader.TryRead(out var row))
                    batch.Add(row);
                var (scored, error) = await Task.Run(() => scorer.Score(batch, cancellationToken), CancellationToken.None)
                    .ConfigureAwait(false);
                foreach (var row in scored)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return row;
                }
                error?.Throw();
            }
            cancellationToken.ThrowIfCancellationRequested();
            await reading.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task ReadAsync(IAsyncEnumerable<TIn> rows, ChannelWriter<TIn> arrived, CancellationToken stop)
    {
        try
        {
            await foreach (var row in rows.WithCancellation(stop).ConfigureAwait(false))
                await arrived.WriteAsync(row, stop).ConfigureAwait(false);
        }
        finally
        {
            arrived.Complete();
        }
    }

    /// <summary>Scores a batch. If a row fails, the results of the rows before it are returned with the exception.</summary>
    private (List<TOut> Scored, ExceptionDispatchInfo? Error) Score(List<TIn> batch, CancellationToken cancellationToken)
    {
        var scored = new List<TOut>(batch.Count);
        _batch = batch;
        try
        {
            foreach (var row in _scored)
            {
                cancellationToken.ThrowIfCancellationRequested();
                scored.Add(row);
            }
        }
#pragma warning disable CA1031 // The exception is rethrown unchanged, after the rows before the failed row.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return (scored, ExceptionDispatchInfo.Capture(e));
        }
        _rows.First += batch.Count;
        return (scored, null);
    }

    private IEnumerable<TIn> CurrentBatch()
    {
        foreach (var row in _batch)
            yield return row;
    }
}
