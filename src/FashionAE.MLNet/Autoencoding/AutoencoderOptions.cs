using FashionAE.Torch.Models;
using FashionAE.Torch.Training;
using Microsoft.ML;

namespace FashionAE.MLNet.Autoencoding;

/// <summary>
/// How an autoencoder is built, trained and run in a pipeline. Columns of images are known-size vectors of Single in [0, 1], such as
/// Vector&lt;Single, 784&gt;, in the order channel, row, column.
/// </summary>
public sealed class AutoencoderOptions
{
    /// <summary>Gets or sets the column of images that the autoencoder sees; "Features" unless set.</summary>
    public string InputColumnName { get; set; } = "Features";

    /// <summary>
    /// Gets or sets the column of images that the autoencoder learns to give back, and that scores compare with; null for the input.
    /// After training it is read for scores alone.
    /// </summary>
    public string? TargetColumnName { get; set; }

    /// <summary>Gets or sets the column for latent vectors, Vector&lt;Single, LatentSize&gt;; null for none.</summary>
    public string? LatentColumnName { get; set; }

    /// <summary>Gets or sets the column for reconstructions, of the input column's type and in [0, 1]; null for none.</summary>
    public string? ReconstructionColumnName { get; set; }

    /// <summary>Gets or sets the column for the mean squared error of the reconstruction, Single, 0 or more; null for none.</summary>
    public string? MseColumnName { get; set; }

    /// <summary>
    /// Gets or sets the column for the peak signal-to-noise ratio of the reconstruction, Single, in decibels, infinite for equal images;
    /// null for none.
    /// </summary>
    public string? PsnrColumnName { get; set; }

    /// <summary>
    /// Gets or sets the column for the structural similarity of the reconstruction (Wang et al. 2004, 11x11 Gaussian), Single in [-1, 1];
    /// null for none. Images must have at least 11x11 pixels.
    /// </summary>
    public string? SsimColumnName { get; set; }

    /// <summary>
    /// Gets or sets the network. Null for a <see cref="ConvolutionalArchitecture"/> whose image shape follows from the column's type:
    /// its dimensions where it has two (rows, columns) or three (channels, rows, columns), else one channel and a square.
    /// </summary>
    public AutoencoderArchitecture? Architecture { get; set; }

    /// <summary>Gets or sets the length of latent vectors, 1 or more; null for that of <see cref="Architecture"/>, or 2.</summary>
    public int? LatentSize { get; set; }

    /// <summary>Gets or sets how the network is trained. Its seed is not used: see <see cref="Seed"/>.</summary>
    public TrainingOptions Training { get; set; } = new();

    /// <summary>Gets or sets the seed of the initial weights and of all randomness in training; null to draw it from the seed of the <see cref="MLContext"/>.</summary>
    public int? Seed { get; set; }

    /// <summary>
    /// Gets or sets a view to choose the best epoch by, with the columns as this step sees them; null to hold out a part of the training
    /// data, as <see cref="TrainingOptions.ValidationFraction"/> says, or none.
    /// </summary>
    public IDataView? ValidationData { get; set; }

    /// <summary>
    /// Gets or sets how many bytes of training images may be kept in memory, 1 or more; 2 GiB unless set. An image of bytes (all of its
    /// values are multiples of 1/255) takes one byte a value, else four. Where the data need more, every epoch reads them anew.
    /// </summary>
    public long MaximumMemory { get; set; } = 2L << 30;

    /// <summary>
    /// Gets or sets how many images the buffer holds that shuffles data too large for <see cref="MaximumMemory"/>, 2 or more; 16,384
    /// unless set. Fewer are held where the memory does not allow so many. Shuffle views that are sorted (by class, say) beforehand.
    /// </summary>
    public int ShuffleBufferSize { get; set; } = 16_384;

    /// <summary>
    /// Gets or sets how many rows go through the network at once when a view is scored, 1 or more; 256 unless set. It changes no value
    /// beyond rounding. A cursor that reads a column of images (<c>MLImage</c>) too takes one row at a time.
    /// </summary>
    public int BatchSize { get; set; } = 256;

    /// <summary>Gets or sets what ends a training: <c>Fit</c> throws an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; set; }

    internal AutoencoderOptions Clone() => (AutoencoderOptions)MemberwiseClone();

    /// <exception cref="ArgumentException">A value is out of its range, or two contradict each other.</exception>
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Training);
        Check(BatchSize >= 1, nameof(BatchSize), BatchSize, "1 or more");
        Check(MaximumMemory >= 1, nameof(MaximumMemory), MaximumMemory, "1 or more");
        Check(ShuffleBufferSize >= 2, nameof(ShuffleBufferSize), ShuffleBufferSize, "2 or more");
        Check(LatentSize is null or >= 1, nameof(LatentSize), LatentSize, "1 or more, or null");
        if (LatentSize is { } size && Architecture is { } architecture && architecture.LatentSize != size)
            throw new ArgumentException($"LatentSize is {size}, but Architecture has {architecture.LatentSize}: leave one of them null.", nameof(LatentSize));
    }

    private static void Check(bool condition, string name, object? value, string range)
    {
        if (!condition)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}.");
    }
}
