namespace FashionAE.Extensions;

/// <summary>
/// Serves a trained autoencoder to any number of callers. Requests that wait at the same time are scored together.
/// </summary>
/// <remarks>
/// <c>AddAutoencoder</c> registers the service. An answer contains columns that the pipeline adds
/// (<see cref="AutoencoderServiceOptions.Columns"/>), by name: numbers, Boolean values, text, and arrays of numbers such as the latent
/// vector. System.Text.Json can serialize an answer without conversion. NaN and infinite values, such as the outputs for a vector with a
/// missing value, require <c>JsonNumberHandling.AllowNamedFloatingPointLiterals</c>.
/// </remarks>
/// <example>
/// <code>
/// builder.Services.AddAutoencoder("garments", "model.zip", o => o.Watch = true);
/// app.MapPost("/encode", (IAutoencoderService garments, Stream png, CancellationToken stop) => garments.ScoreAsync(png, stop));
/// </code>
/// </example>
public interface IAutoencoderService
{
    /// <summary>Gets the name of the registered service.</summary>
    string Name { get; }

    /// <summary>Gets information about the current model.</summary>
    ServedModelInfo Model { get; }

    /// <summary>Scores a picture.</summary>
    /// <param name="picture">The PNG, JPEG, WebP, BMP or GIF file, from the current position of the stream to its end.</param>
    /// <param name="cancellationToken">The token that cancels this request only.</param>
    /// <returns>The selected columns that the pipeline adds, by name.</returns>
    /// <exception cref="InvalidDataException">The file is not a picture, is damaged, or is too large. The message is one line.</exception>
    /// <exception cref="AutoencoderBusyException">Too many requests are waiting.</exception>
    /// <exception cref="TimeoutException">The request took longer than <see cref="AutoencoderServiceOptions.Deadline"/>.</exception>
    /// <exception cref="InvalidOperationException">The inputs of the model are not images.</exception>
    /// <exception cref="OperationCanceledException">The request was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The service has been disposed.</exception>
    Task<IReadOnlyDictionary<string, object>> ScoreAsync(Stream picture, CancellationToken cancellationToken = default);

    /// <summary>Scores a vector, or the pixels of an image.</summary>
    /// <param name="values">
    /// The values, as many as an input of the model has. Images are [C, H, W] in [0, 1]. Do not change the array until the task completes.
    /// </param>
    /// <exception cref="ArgumentException">The array has more or fewer values than an input of the model.</exception>
    /// <inheritdoc cref="ScoreAsync(Stream, CancellationToken)" path="/*[self::returns or @name='cancellationToken']"/>
    /// <exception cref="AutoencoderBusyException">Too many requests are waiting.</exception>
    /// <exception cref="TimeoutException">The request took longer than <see cref="AutoencoderServiceOptions.Deadline"/>.</exception>
    /// <exception cref="OperationCanceledException">The request was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The service has been disposed.</exception>
    Task<IReadOnlyDictionary<string, object>> ScoreAsync(float[] values, CancellationToken cancellationToken);

    /// <summary>
    /// Loads the model file again. The old model finishes the batches that it has begun, and is then disposed. The new model scores the
    /// waiting requests. If the file cannot be loaded, or the new model cannot replace the old one, the service keeps the old model.
    /// </summary>
    /// <param name="cancellationToken">The token that cancels the wait for another reload to finish.</param>
    /// <returns>The task, which completes when the service uses the new model.</returns>
    /// <exception cref="InvalidDataException">
    /// The model cannot be served, or its input shape, pixel options, latent size or columns do not match the old model. The message
    /// contains the file and the reason.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The service has been disposed.</exception>
    Task ReloadAsync(CancellationToken cancellationToken = default);
}

/// <summary>Information about a served model.</summary>
/// <param name="File">The full path of the model file.</param>
/// <param name="LoadedAt">The time when the model was loaded.</param>
/// <param name="InputSize">The number of values of an input.</param>
/// <param name="LatentSize">The number of values of a latent vector.</param>
/// <param name="Columns">The columns of an answer.</param>
public sealed record ServedModelInfo(string File, DateTimeOffset LoadedAt, int InputSize, int LatentSize, IReadOnlyList<string> Columns)
{
    /// <summary>Gets the time when the model file was last written. It identifies the version of the model.</summary>
    public DateTimeOffset WrittenAt { get; init; }

    /// <summary>Gets the reason why the latest reload failed; null if it did not fail.</summary>
    public string? ReloadError { get; init; }

    /// <summary>Gets the drift report of the latest window of rows; null before the first one, or without a drift monitor.</summary>
    public DriftReport? Drift { get; init; }
}
