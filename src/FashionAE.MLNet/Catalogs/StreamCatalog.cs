using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Scores of streams, beside <c>CreatePredictionEngine</c> in the catalog <c>Model</c> of an <see cref="MLContext"/>.</summary>
public static class StreamCatalog
{
    /// <summary>
    /// Scores a stream of objects, such as the rows of a database or the messages of a queue, with any model that makes one row of one row.
    /// Results come in the order of the stream.
    /// </summary>
    /// <remarks>
    /// <para>A batch is whatever has arrived while the batch before it was scored: no row waits for others, and a fast source fills
    /// batches. Memory holds one batch that is scored, one that is read, and the results of one. The values are those of
    /// <c>model.Transform</c>, where the size of a batch changes no more than the last bit of a number.</para>
    /// <para>A loop that is left early drops the rows that were read ahead, and waits until the stream gives its next row or heeds its
    /// cancellation token.</para>
    /// <para>Rows that the model leaves out (<see cref="PixelOptions.SkipUnreadable"/>) are left out here, too. Several streams can be
    /// scored with one model at the same time.</para>
    /// </remarks>
    /// <typeparam name="TIn">The class of the rows, as <c>LoadFromEnumerable</c> accepts it: a property for each column.</typeparam>
    /// <typeparam name="TOut">The class of the results, as <c>CreateEnumerable</c> fills it: a property for each column wanted.</typeparam>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">The model. It stays yours: do not dispose it before the loop has ended.</param>
    /// <param name="rows">The stream. It is read while a batch is scored, on another thread, and it is closed when the loop ends.</param>
    /// <param name="batchSize">The most rows of a batch, 1 or more.</param>
    /// <param name="cancellationToken">Ends the loop with an <see cref="OperationCanceledException"/>. The stream gets it, too.</param>
    /// <returns>
    /// The results. An exception of the stream arrives unchanged, behind the results of the rows before it, and so does one of the model,
    /// which ML.NET wraps where one of its own steps reads ahead. The first step of the loop throws
    /// <see cref="ArgumentOutOfRangeException"/> where a column that the model reads is missing in <typeparamref name="TIn"/>.
    /// </returns>
    /// <exception cref="ArgumentException">The model makes several rows of one, as rotated copies for training do.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1.</exception>
    /// <example>
    /// <code>
    /// await foreach (var coded in ml.Model.TransformAsync&lt;Picture, Coded&gt;(model, messages, cancellationToken: stop))
    ///     Console.WriteLine(string.Join(" ", coded.Code));
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
                $"{model.GetType().Name} does not make one row of one row, as a stream needs it. Of a chain with a step for training"
                + " alone take the rest: GetModelFor(TransformerScope.Scoring).", nameof(model));
        return StreamScorer<TIn, TOut>.ScoreAsync(catalog.GetEnvironment(), model, rows, batchSize, cancellationToken);
    }
}
