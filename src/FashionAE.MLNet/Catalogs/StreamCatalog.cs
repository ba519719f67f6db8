using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Scores streams of rows. Adds methods to <c>ml.Model</c>, next to <c>CreatePredictionEngine</c>.</summary>
public static class StreamCatalog
{
    /// <summary>
    /// Scores a stream of objects, such as database rows or messages of a queue, with any model that produces one row per input row.
    /// Results arrive in the order of the stream.
    /// </summary>
    /// <remarks>
    /// <para>Each batch consists of the rows that arrived while the previous batch was being scored. No row waits for others, and a fast
    /// source fills the batches. The memory contains one batch that is being scored, one batch that is being read, and the results of one
    /// batch. The values equal those of <c>model.Transform</c>, except that a different batch size can change the last bit.</para>
    /// <para>If you leave the loop early, rows that were read ahead are dropped. The loop then waits until the stream yields its next row
    /// or reacts to its cancellation token.</para>
    /// <para>Rows that the model skips (<see cref="PixelOptions.SkipUnreadable"/>) are skipped here, too. One model can score several
    /// streams at the same time.</para>
    /// </remarks>
    /// <typeparam name="TIn">The class of the rows, as for <c>LoadFromEnumerable</c>: one property per column.</typeparam>
    /// <typeparam name="TOut">The class of the results, as for <c>CreateEnumerable</c>: one property per column that you need.</typeparam>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">The model. The caller disposes it after the loop has ended.</param>
    /// <param name="rows">
    /// The stream. It is read on another thread while a batch is scored, and its enumerator is disposed when the loop ends.
    /// </param>
    /// <param name="batchSize">The maximum number of rows in a batch, 1 or more.</param>
    /// <param name="cancellationToken">
    /// The token that ends the loop with an <see cref="OperationCanceledException"/>. It is also passed to the stream.
    /// </param>
    /// <returns>
    /// The results. If the stream or the model throws, the exception arrives unchanged, after the results of all earlier rows. ML.NET wraps
    /// exceptions of the model if one of ML.NET's own steps reads ahead. The first iteration of the loop throws
    /// <see cref="ArgumentOutOfRangeException"/> if <typeparamref name="TIn"/> lacks a column that the model reads.
    /// </returns>
    /// <exception cref="ArgumentException">The model produces several rows per input row, such as rotated copies for training.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is less than 1.</exception>
    /// <example>
    /// <code>
    /// await foreach (var encoded in ml.Model.TransformAsync&lt;Picture, Encoded&gt;(model, messages, cancellationToken: stop))
    ///     Console.WriteLine(string.Join(" ", encoded.Code));
    /// </code>
    /// </example>
    public static IAsyncEnumerable<TOut> TransformAsync<TIn, TOut>(
        this ModelOperationsCatalog catalog, ITransformer model, IAsyncEnumerable<TIn> rows, int batchSize = 256,
        CancellationToken cancellationToken = default)
        where TIn : class
        where TOut : class, new()
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (!model.IsRowToRowMapper)
            throw new ArgumentException(
                $"{model.GetType().Name} does not produce exactly one row per input row, which a stream requires. If the model is a chain"
                + " with a training-only step, pass the remaining steps: GetModelFor(TransformerScope.Scoring).", nameof(model));
        return StreamScorer<TIn, TOut>.ScoreAsync(catalog.GetEnvironment(), model, rows, batchSize, cancellationToken);
    }
}
