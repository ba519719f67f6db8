using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>
/// A column that an autoencoder can add. Another one is a class like <see cref="LatentOutput"/>, an instance of it in <see cref="All"/>,
/// and a property for its name in <see cref="IAutoencoderColumnNames"/> and the options that have it.
/// </summary>
/// <param name="name">The name in model files.</param>
/// <param name="nameIn">Reads the column's name from options; null where it is not wanted.</param>
internal abstract class AutoencoderOutput(string name, Func<IAutoencoderColumnNames, string?> nameIn)
{
    /// <summary>Gets every output, in the order in which options add them.</summary>
    public static IReadOnlyList<AutoencoderOutput> All { get; } =
    [
        new LatentOutput(), new ReconstructionOutput(), ScoreOutput.Mse, ScoreOutput.Psnr, ScoreOutput.Ssim, new ErrorMapOutput(),
        new AnomalyOutput(), new DetectorScoreOutput(), new ProbabilityOutput(), new DetectorMapOutput(), new MaskOutput(),
        new ContributionOutput(),
    ];

    public string Name => name;

    /// <summary>Gets a value indicating whether the reconstruction is compared with its target, which then is read.</summary>
    public virtual bool IsScore => false;

    /// <exception cref="ArgumentException">There is no such output.</exception>
    public static AutoencoderOutput Named(string name) =>
        All.FirstOrDefault(output => output.Name == name) ?? throw new ArgumentException($"there is no output '{name}'");

    public string? NameIn(IAutoencoderColumnNames options) => nameIn(options);

    /// <exception cref="InvalidOperationException">It cannot be computed for such images.</exception>
    public virtual void Check(ImageColumn input)
    {
    }

    /// <summary>Makes the column that an estimator promises, from what is known of the column of images.</summary>
    public abstract SchemaShape.Column Promise(string column, SchemaShape.Column input);

    /// <summary>Makes the column that a transformer delivers.</summary>
    public abstract DataViewSchema.DetachedColumn Make(string column, OutputPlace place);

    /// <summary>Makes the getter of the column's raw type, from the stage of the batch that it needs.</summary>
    public abstract Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot);

    /// <summary>Adds what the getter computes to a graph: [N, the number of values].</summary>
    public abstract OnnxValue Write(AutoencoderGraph graph);
}

/// <summary>What the columns of a trained autoencoder, or those of an anomaly detector, are added to.</summary>
/// <param name="Target">The column that reconstructions should be; null where it is not known.</param>
internal sealed record OutputPlace(
    DataViewSchema Schema, ImageColumn Input, DataViewSchema.Column? Target, int LatentSize, Detector? Detector);
