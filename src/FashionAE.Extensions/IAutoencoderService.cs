namespace FashionAE.Extensions;

/// <summary>
/// A trained autoencoder that any number of callers share. Requests that wait at the same time are scored together.
/// </summary>
/// <remarks>
/// <c>AddAutoencoder</c> registers it. An answer holds the columns that the pipeline adds, by name: numbers, Boolean values, text, and
/// arrays of numbers such as the code. It can be written as JSON as it is, except where a number is NaN or infinite, as for a vector with
/// a missing value: JSON has no such numbers unless its options allow them.
/// </remarks>
/// <example>
/// <code>
/// builder.Services.AddAutoencoder("garments", "model.zip", o => o.Watch = true);
/// app.MapPost("/encode", (IAutoencoderService garments, Stream png, CancellationToken stop) => garments.ScoreAsync(png, stop));
/// </code>
/// </example>
public interface IAutoencoderService
{
    /// <summary>Gets the name that the service was registered by.</summary>
    string Name { get; }

    /// <summary>Gets what is known of the model that is served now.</summary>
    ServedModelInfo Model { get; }

    /// <summary>Scores a picture.</summary>
    /// <param name="picture">A PNG, JPEG, WebP or BMP file, from where the stream stands to its end.</param>
    /// <param name="cancellationToken">Cancels the request alone.</param>
    /// <returns>The columns that the pipeline adds, by name.</returns>
    /// <exception cref="InvalidDataException">It is no picture, damaged, or too large; the message is one line.</exception>
    /// <exception cref="AutoencoderBusyException">Too many requests are waiting.</exception>
    /// <exception cref="TimeoutException">The request took longer than <see cref="AutoencoderServiceOptions.Deadline"/>.</exception>
    /// <exception cref="InvalidOperationException">The model is one of vectors.</exception>
    /// <exception cref="OperationCanceledException">The request was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The service has been disposed.</exception>
    Task<IReadOnlyDictionary<string, object>> ScoreAsync(Stream picture, CancellationToken cancellationToken = default);

    /// <summary>Scores a vector, or the pixels of an image.</summary>
    /// <param name="values">
    /// As many numbers as an input of the model has; images as [C, H, W] in [0, 1]. They must not change meanwhile.
    /// </param>
    /// <exception cref="ArgumentException">There are more or fewer numbers.</exception>
    /// <inheritdoc cref="ScoreAsync(Stream, CancellationToken)" path="/param[@name='cancellationToken']|/returns"/>
    /// <exception cref="AutoencoderBusyException">Too many requests are waiting.</exception>
    /// <exception cref="TimeoutException">The request took longer than <see cref="AutoencoderServiceOptions.Deadline"/>.</exception>
    /// <exception cref="OperationCanceledException">The request was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The service has been disposed.</exception>
    Task<IReadOnlyDictionary<string, object>> ScoreAsync(float[] values, CancellationToken cancellationToken);

    /// <summary>
    /// Loads the model's file again. Batches under way are scored by the old model, which is freed when the last of them is done, and
    /// requests that wait by the new one. If the file cannot be loaded, the old model stays.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait for another reload that is under way.</param>
    /// <returns>A task that ends when the new model is served.</returns>
    /// <exception cref="InvalidDataException">
    /// The file cannot be served, or has another shape of inputs, other pixel options, another length of codes or fewer columns; the
    /// message names it and says why.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The service has been disposed.</exception>
    Task ReloadAsync(CancellationToken cancellationToken = default);
}

/// <summary>What is known of a served model.</summary>
/// <param name="File">The full path of its file.</param>
/// <param name="LoadedAt">When it was loaded.</param>
/// <param name="InputSize">How many numbers an input has.</param>
/// <param name="LatentSize">How many numbers a code has.</param>
/// <param name="Columns">The columns of an answer.</param>
public sealed record ServedModelInfo(string File, DateTimeOffset LoadedAt, int InputSize, int LatentSize, IReadOnlyList<string> Columns)
{
    /// <summary>Gets when its file was written, by the file system: what tells one version of the model from another.</summary>
    public DateTimeOffset WrittenAt { get; init; }

    /// <summary>Gets why the latest reload failed; null if it did not.</summary>
    public string? ReloadError { get; init; }

    /// <summary>Gets what was found in the latest window of rows; null before there is one, or without a drift monitor.</summary>
    public DriftReport? Drift { get; init; }
}
