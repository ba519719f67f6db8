using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>
/// How an autoencoder is built, trained and run in a pipeline. Columns of images are known-size vectors of Single in [0, 1], such as
/// Vector&lt;Single, 784&gt;, in the order channel, row, column. Other vectors, such as the rows of a table, have any finite numbers.
/// </summary>
public record AutoencoderOptions : TrainingOptions
{
    /// <summary>Gets or sets the column of images to reconstruct, read after training for scores alone; null for the input.</summary>
    public string? TargetColumnName { get; set; }

    /// <summary>
    /// Gets or sets the network. Null for one that follows from the column's type, as the log says: a
    /// <see cref="ConvolutionalArchitecture"/> where the type has the dimensions of images, two (rows, columns) or three (at most 4
    /// channels, rows, columns), or one that is a square of 8x8 or more and whose slots have no names; a <see cref="VectorArchitecture"/>
    /// for all other vectors of one dimension.
    /// </summary>
    public AutoencoderArchitecture? Architecture { get; set; }

    /// <summary>
    /// Gets or sets the length of latent vectors, 1 or more. Null for that of <see cref="Architecture"/>; where that is null, too, for 2,
    /// or, in a detector of anomalies among vectors that are no images, for half their length, at most 32.
    /// </summary>
    public int? LatentSize { get; set; }

    /// <summary>
    /// Gets or sets a view to choose the best epoch by, with the columns as this step sees them; null to hold out a part of the training
    /// data, as <see cref="TrainingOptions.ValidationSetFraction"/> says, or none.
    /// </summary>
    public IDataView? ValidationSet { get; set; }

    /// <summary>
    /// Gets or sets a view whose loss is measured after every epoch, with the columns as this step sees them; null for none. The log and
    /// <see cref="AutoencoderTransformer.History"/> have that loss, and nothing is decided by it.
    /// </summary>
    public IDataView? TestSet { get; set; }

    /// <summary>
    /// Gets or sets the file of a trained model whose weights the training begins with, as <see cref="AutoencoderFile"/> and the command
    /// line save it; null for fresh weights. It is read when the estimator is fitted, and does what a model that is given to
    /// <c>Fit(input, startFrom)</c> does.
    /// </summary>
    public string? InitialModelFile { get; set; }

    /// <summary>
    /// Gets or sets a view of old rows, with the columns as this step sees them, that a training which goes on with new rows rehearses, so
    /// that the network does not forget them; null for none. Only the training uses them: they are not held out, and a detector learns its
    /// references and threshold from the new rows alone.
    /// </summary>
    public IDataView? RehearsalSet { get; set; }

    /// <summary>
    /// Gets or sets the share, within (0, 1), of the old rows of <see cref="RehearsalSet"/> in every whole batch; 0.5 unless set. They are
    /// drawn anew in every epoch, by the seed, and come on top of the new rows, of which every epoch has all.
    /// </summary>
    public double RehearsalShare { get; set; } = 0.5;

    /// <summary>
    /// Gets or sets how many bytes of training images may be kept in memory, 1 or more; 2 GiB unless set. An image of bytes (all of its
    /// values are multiples of 1/255) takes one byte a value, else four; a sparse vector eight for each value that is not zero. Where the
    /// data need more, every epoch reads them anew.
    /// </summary>
    public long MaximumMemoryInBytes { get; set; } = 2L << 30;

    /// <summary>
    /// Gets or sets how many images the buffer holds that shuffles data too large for <see cref="MaximumMemoryInBytes"/>, 2 or more; 16,384
    /// unless set. Fewer are held where the memory does not allow so many. Shuffle views that are sorted (by class, say) beforehand.
    /// </summary>
    public int ShuffleBufferSize { get; set; } = 16_384;

    /// <summary>
    /// Gets or sets how many rows go through the network together when a view is scored, 1 or more; null for what was measured to be the
    /// fastest: 512 with a dense network, else 256. It changes no value beyond rounding. A cursor that also reads a column of images
    /// (<c>MLImage</c>) computes row by row.
    /// </summary>
    public int? ScoringBatchSize { get; set; }

    /// <summary>Gets or sets what computes when rows are scored; training is always libtorch's. It is not saved with a model.</summary>
    public ScoringEngine ScoringEngine { get; set; }

    /// <summary>Gets or sets the token that ends a training: <c>Fit</c> then throws an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <exception cref="ArgumentException">A value is out of its range, or two contradict each other.</exception>
    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check(ScoringBatchSize is null or >= 1, ScoringBatchSize, "1 or more, or null");
        Check(MaximumMemoryInBytes >= 1, MaximumMemoryInBytes, "1 or more");
        Check(ShuffleBufferSize >= 2, ShuffleBufferSize, "2 or more");
        Check(InitialModelFile is null or { Length: > 0 }, InitialModelFile, "a path, or null");
        Check(RehearsalShare is > 0 and < 1, RehearsalShare, "within (0, 1)");
        Check(RehearsalSet is null || BatchSize >= 2, BatchSize, "2 or more where there is a RehearsalSet");
        Check(LatentSize is null or >= 1, LatentSize, "1 or more, or null");
        if (LatentSize is { } size && Architecture is { } architecture && architecture.LatentSize != size)
            throw new ArgumentException(
                $"LatentSize is {size}, but Architecture has {architecture.LatentSize}: leave one of them null.", nameof(LatentSize));
    }
}

/// <summary>The columns that an autoencoder which was trained elsewhere reads and adds.</summary>
public sealed record ApplyAutoencoderOptions : IAutoencoderColumnNames
{
    /// <inheritdoc cref="AutoencoderEstimator.Options.InputColumnName"/>
    public string InputColumnName { get; set; } = "Features";

    /// <summary>Gets or sets the column of images that scores compare reconstructions with; null for the input.</summary>
    public string? TargetColumnName { get; set; }

    /// <inheritdoc cref="AutoencoderEstimator.Options.LatentColumnName"/>
    public string? LatentColumnName { get; set; }

    /// <inheritdoc cref="AutoencoderEstimator.Options.ReconstructionColumnName"/>
    public string? ReconstructionColumnName { get; set; }

    /// <inheritdoc cref="AutoencoderEstimator.Options.MseColumnName"/>
    public string? MseColumnName { get; set; }

    /// <inheritdoc cref="AutoencoderEstimator.Options.PsnrColumnName"/>
    public string? PsnrColumnName { get; set; }

    /// <inheritdoc cref="AutoencoderEstimator.Options.SsimColumnName"/>
    public string? SsimColumnName { get; set; }

    /// <inheritdoc cref="AutoencoderEstimator.Options.ErrorMapColumnName"/>
    public string? ErrorMapColumnName { get; set; }

    /// <inheritdoc cref="AutoencoderOptions.ScoringBatchSize"/>
    public int? ScoringBatchSize { get; set; }

    /// <summary>Gets or sets what computes when rows are scored. It is not saved with a model.</summary>
    public ScoringEngine ScoringEngine { get; set; }
}
