namespace FashionAE.Extensions;

/// <summary>The options of a served autoencoder.</summary>
public sealed class AutoencoderServiceOptions
{
    /// <summary>Gets or sets the file of <c>ml.Model.Save</c>: an autoencoder, a detector, or a pipeline with one.</summary>
    public string ModelFile { get; set; } = "";

    /// <summary>
    /// Gets or sets the column that requests fill, a vector of Single; null for the column that the pipeline's first autoencoder reads.
    /// Other steps before the autoencoder run too, so this must be the only column that the pipeline needs.
    /// </summary>
    public string? InputColumnName { get; set; }

    /// <summary>
    /// Gets or sets the columns of an answer; null for all that the pipeline adds, except vectors as long as the input, such as
    /// reconstructions, where there are others.
    /// </summary>
    public IReadOnlyList<string>? Columns { get; set; }

    /// <summary>
    /// Gets or sets how pictures become pixels, which must be as for the training. A pipeline that begins with <c>LoadPixels</c> or
    /// <c>DecodePixels</c> has its own options, and gets the picture of a request instead of a path or bytes. The shape is the model's. By
    /// default a picture has at most 16,000,000 pixels, which take 64 MB while they are decoded; as many pictures are decoded at the same
    /// time as there are cores.
    /// </summary>
    public PixelOptions Pixels { get; set; } = new() { MaximumPixels = 16_000_000 };

    /// <summary>Gets or sets the largest file of a picture, in bytes; 16 MiB by default.</summary>
    public int MaximumBytes { get; set; } = 1 << 24;

    /// <summary>Gets or sets how many requests are scored together at most; 64 by default.</summary>
    public int LargestBatch { get; set; } = 64;

    /// <summary>
    /// Gets or sets how long a batch waits at most for requests whose pictures are being decoded, while no other worker is free; 2
    /// milliseconds by default. A batch never waits for requests that have not arrived completely. Less than a millisecond is not to wait.
    /// </summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Gets or sets how many batches are scored at the same time; the number of cores by default.</summary>
    public int Workers { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// Gets or sets how many requests may wait until a worker takes them, those whose pictures are being decoded included; 1,024 by
    /// default. Further ones are refused by an <see cref="AutoencoderBusyException"/>. How many requests are sent at the same time, each
    /// of at most <see cref="MaximumBytes"/>, is the server's to bound, as Kestrel's MaxConcurrentConnections does.
    /// </summary>
    public int QueueLength { get; set; } = 1024;

    /// <summary>Gets or sets the longest time that a request takes, reading it included; 10 seconds by default.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets a value indicating whether a host reloads the model when its file changes. The service goes on with the old model
    /// until the new one is loaded, and keeps it if that fails. False by default.
    /// </summary>
    public bool Watch { get; set; }

    /// <summary>Gets or sets how often the file is looked at; once a second by default.</summary>
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets or sets how new rows are compared with those of the training; null for not at all, which is the default. The result is in
    /// <see cref="ServedModelInfo.Drift"/>, in the log, in the metrics, and in the data of the health check.
    /// </summary>
    public DriftOptions? Drift { get; set; }

    /// <summary>
    /// Gets or sets how often a window of rows is compared at most, which bounds what this costs; every 10 seconds by default. A service
    /// with fewer requests compares all of them, one with more those that come first.
    /// </summary>
    public TimeSpan DriftInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the column of embeddings; null for the first column of an answer that has as many numbers as a code.</summary>
    public string? EmbeddingColumnName { get; set; }

    /// <summary>Gets or sets what computes the network.</summary>
    public ScoringEngine ScoringEngine { get; set; }

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
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
