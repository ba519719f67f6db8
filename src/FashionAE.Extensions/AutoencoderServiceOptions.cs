namespace FashionAE.Extensions;

/// <summary>Options of a served autoencoder.</summary>
public sealed class AutoencoderServiceOptions
{
    /// <summary>Gets or sets the path of a model that <c>ml.Model.Save</c> wrote, with an autoencoder or anomaly detector.</summary>
    public string ModelFile { get; set; } = "";

    /// <summary>
    /// Gets or sets the column that holds the values of requests, a vector of Single. Null, the default, selects the input column of the
    /// first autoencoder. The pipeline must not need any other column, because the steps before the autoencoder run too.
    /// </summary>
    public string? InputColumnName { get; set; }

    /// <summary>
    /// Gets or sets the columns of an answer. Null, the default, selects all columns that the pipeline adds, except images. Vectors as long
    /// as the input, such as reconstructions, are omitted, too, if latent vectors are shorter and the pipeline adds other columns.
    /// </summary>
    public IReadOnlyList<string>? Columns { get; set; }

    /// <summary>
    /// Gets or sets the options for converting pictures to pixels. They must be the same as in training. The shape always comes from the
    /// model. A pipeline that begins with <c>LoadPixels</c> or <c>DecodePixels</c> keeps its own options, except that the smaller of both
    /// <see cref="PixelOptions.MaximumPixels"/> applies. It reads the picture of the request instead of its column of paths or bytes. By
    /// default, a picture has at most 16,000,000 pixels, which need 64 MB during decoding. The service decodes at most one picture per core
    /// at the same time.
    /// </summary>
    public PixelOptions Pixels { get; set; } = new() { MaximumPixels = 16_000_000 };

    /// <summary>Gets or sets the maximum file size of a picture in bytes. The default is 16 MiB.</summary>
    public int MaximumBytes { get; set; } = 1 << 24;

    /// <summary>Gets or sets the maximum number of requests in a batch. The default is 64.</summary>
    public int LargestBatch { get; set; } = 64;

    /// <summary>
    /// Gets or sets the maximum time that a batch waits for pictures that are being decoded. The default is 2 milliseconds; below 1
    /// millisecond, batches do not wait. A batch waits only if no other worker is free. It never waits for requests that have not arrived
    /// completely.
    /// </summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Gets or sets the number of batches that are scored at the same time. The default is the number of cores.</summary>
    public int Workers { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// Gets or sets the maximum number of requests that wait for a worker, including those whose pictures are being decoded. The default is
    /// 1,024. Further requests fail with an <see cref="AutoencoderBusyException"/>. Requests that are still being sent do not count: limit
    /// their number in the server, for example with MaxConcurrentConnections of Kestrel. Each of them keeps up to
    /// <see cref="MaximumBytes"/> of its picture in memory.
    /// </summary>
    public int QueueLength { get; set; } = 1024;

    /// <summary>Gets or sets the time limit of a request, including the time to read it. The default is 10 seconds.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets a value indicating whether a host reloads the model when its file changes. The default is false. The service uses the
    /// old model until the new one is loaded, and keeps it if loading fails.
    /// </summary>
    public bool Watch { get; set; }

    /// <summary>Gets or sets the interval between checks of the file. The default is 1 second.</summary>
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets or sets the options for comparing new rows with reference rows (see <see cref="DriftOptions.Reference"/>). Null, the default,
    /// disables the comparison. The results are in <see cref="ServedModelInfo.Drift"/>, the log, the metrics, and the data of the health
    /// check.
    /// </summary>
    public DriftOptions? Drift { get; set; }

    /// <summary>
    /// Gets or sets the minimum interval between the beginnings of two compared windows of rows. It limits the cost. The default is 10
    /// seconds. If more rows than one window arrive in an interval, the first ones are compared.
    /// </summary>
    public TimeSpan DriftInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets the column of embeddings. Null, the default, selects the first vector column that is as long as a latent vector.
    /// </summary>
    public string? EmbeddingColumnName { get; set; }

    /// <summary>Gets or sets the engine that computes the network. The default is <see cref="ScoringEngine.Auto"/>.</summary>
    public ScoringEngine ScoringEngine { get; set; }

    /// <exception cref="ArgumentException">A value is out of range.</exception>
    internal void Check()
    {
        ArgumentException.ThrowIfNullOrEmpty(ModelFile);
        ArgumentNullException.ThrowIfNull(Pixels);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LargestBatch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(QueueLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestWait, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LongestWait, TimeSpan.FromMinutes(1));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Deadline, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Deadline, TimeSpan.FromDays(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(DriftInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(DriftInterval, TimeSpan.FromDays(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(WatchInterval, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(WatchInterval, TimeSpan.FromDays(1));
    }
}
