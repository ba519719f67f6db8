using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>
/// Options for building, training and running an autoencoder in a pipeline. Columns of images are known-size vectors of Single in [0, 1],
/// such as Vector&lt;Single, 784&gt;, in the order channel, row, column. Other vectors, such as the rows of a table, may have any finite
/// values.
/// </summary>
public record AutoencoderOptions : TrainingOptions
{
    /// <summary>
    /// Gets or sets the name of the column of images that the network learns to reconstruct; null for the input column. After the training,
    /// only scores need this column.
    /// </summary>
    public string? TargetColumnName { get; set; }

    /// <summary>
    /// Gets or sets the network. If it is null, the default, the type of the column determines the network, and the log names the chosen
    /// network. A <see cref="ConvolutionalArchitecture"/> is chosen if the type has the dimensions of images: two (rows, columns) or three
    /// (at most 4 channels, rows, columns). It is also chosen if the type has one dimension, its length is a square number of 64 (8x8) or
    /// more, and the slots have no names. A <see cref="VectorArchitecture"/> is chosen for all other vectors of one dimension.
    /// </summary>
    public AutoencoderArchitecture? Architecture { get; set; }

    /// <summary>
    /// Gets or sets the length of latent vectors, 1 or more. If it is null, the default, the length is that of <see cref="Architecture"/>.
    /// If that is null too, the length is 2. For an anomaly detector of vectors that are not images, it is half the length of the vectors,
    /// rounded up, but at most 32.
    /// </summary>
    public int? LatentSize { get; set; }

    /// <summary>
    /// Gets or sets a view that is used to choose the best epoch. It must have the columns that this step reads, as the previous steps
    /// return them. If it is null, <see cref="TrainingOptions.ValidationSetFraction"/> specifies which part of the training data is held
    /// out instead.
    /// </summary>
    public IDataView? ValidationSet { get; set; }

    /// <summary>
    /// Gets or sets a view whose loss is measured after every epoch; null for none. It must have the columns that this step reads, as the
    /// previous steps return them. The loss is in the log and in <see cref="AutoencoderTransformer.History"/>, and does not influence the
    /// training.
    /// </summary>
    public IDataView? TestSet { get; set; }

    /// <summary>
    /// Gets or sets the file of a trained model, written by <see cref="AutoencoderFile"/> or the command line tool; null for new weights.
    /// <c>Fit</c> reads the file, and the training starts with the weights of the model. This has the same effect as passing the model to
    /// <c>Fit(input, startFrom)</c>.
    /// </summary>
    public string? InitialModelFile { get; set; }

    /// <summary>
    /// Gets or sets a view of old rows for a training that continues with new rows; null for none. The training also uses old rows, so that
    /// the network does not forget them. The view must have the columns that this step reads, as the previous steps return them. Old rows
    /// are not held out, and a detector learns its references and threshold from the new rows alone.
    /// </summary>
    public IDataView? RehearsalSet { get; set; }

    /// <summary>
    /// Gets or sets the share of old rows, from <see cref="RehearsalSet"/>, in every full batch, within (0, 1). The default is 0.5. Old
    /// rows are drawn again in every epoch, using the seed. They are added to the new rows: every epoch contains all new rows.
    /// </summary>
    public double RehearsalShare { get; set; } = 0.5;

    /// <summary>
    /// Gets or sets the maximum size of the training images in memory, in bytes, 1 or more. The default is 2 GiB. Images need one byte per
    /// value if all values of their column are multiples of 1/255, and otherwise four. Other vectors need four bytes per value. If they are
    /// sparse, they need eight bytes for each value that is not zero. If the data need more memory, every epoch reads them again.
    /// </summary>
    public long MaximumMemoryInBytes { get; set; } = 2L << 30;

    /// <summary>
    /// Gets or sets the number of images in the shuffle buffer, 2 or more. The default is 16,384. The buffer is used if the data are larger
    /// than <see cref="MaximumMemoryInBytes"/>, and contains fewer images if this limit requires it. If a view is sorted, by class for
    /// example, shuffle it beforehand.
    /// </summary>
    public int ShuffleBufferSize { get; set; } = 16_384;

    /// <summary>
    /// Gets or sets how many rows the network processes together when a view is scored, 1 or more. Null, the default, means the size that
    /// was fastest in measurements: 512 for a dense network, otherwise 256. The batch size changes outputs only by rounding. A cursor that
    /// also reads a column of images (<c>MLImage</c>) processes rows one at a time.
    /// </summary>
    public int? ScoringBatchSize { get; set; }

    /// <summary>Gets or sets the engine that scores rows. Training always uses libtorch. The engine is not saved with a model.</summary>
    public ScoringEngine ScoringEngine { get; set; }

    /// <summary>
    /// Gets or sets the token that cancels a training. <c>Fit</c> then throws an <see cref="OperationCanceledException"/>.
    /// </summary>
    public CancellationToken CancellationToken { get; set; }

    /// <exception cref="ArgumentException">A value is out of range, or two values contradict each other.</exception>
    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check(ScoringBatchSize is null or >= 1, ScoringBatchSize, "1 or more, or null");
        Check(MaximumMemoryInBytes >= 1, MaximumMemoryInBytes, "1 or more");
        Check(ShuffleBufferSize >= 2, ShuffleBufferSize, "2 or more");
        Check(InitialModelFile is null or { Length: > 0 }, InitialModelFile, "a path, or null");
        Check(RehearsalShare is > 0 and < 1, RehearsalShare, "within (0, 1)");
        Check(RehearsalSet is null || BatchSize >= 2, BatchSize, "2 or more if RehearsalSet is set");
        Check(LatentSize is null or >= 1, LatentSize, "1 or more, or null");
        if (LatentSize is { } size && Architecture is { } architecture && architecture.LatentSize != size)
            throw new ArgumentException(
                $"LatentSize is {size}, but Architecture has {architecture.LatentSize}: set one of them to null.", nameof(LatentSize));
    }
}

/// <summary>Options for the columns that an autoencoder reads and adds if it was trained elsewhere.</summary>
public sealed record ApplyAutoencoderOptions : IAutoencoderColumnNames
{
    /// <inheritdoc cref="AutoencoderEstimator.Options.InputColumnName"/>
    public string InputColumnName { get; set; } = "Features";

    /// <summary>
    /// Gets or sets the name of the column of images that scores compare reconstructions with; null for the input column.
    /// </summary>
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

    /// <summary>Gets or sets the engine that scores rows. It is not saved with a model.</summary>
    public ScoringEngine ScoringEngine { get; set; }
}
