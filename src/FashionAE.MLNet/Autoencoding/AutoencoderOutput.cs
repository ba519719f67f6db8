using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>
/// A column that an autoencoder can add. To add another one, define a class like <see cref="LatentOutput"/>, and list an instance of it in
/// <see cref="All"/>. Then add a property for the name of the column to <see cref="IAutoencoderColumnNames"/> and to the options that
/// implement this interface.
/// </summary>
/// <param name="name">The name in model files.</param>
/// <param name="nameIn">Reads the column's name from options. The name is null if the column is not added.</param>
internal abstract class AutoencoderOutput(string name, Func<IAutoencoderColumnNames, string?> nameIn)
{
    /// <summary>Gets all outputs, in the order in which options add them.</summary>
    public static IReadOnlyList<AutoencoderOutput> All { get; } =
    [
        new LatentOutput(), new ReconstructionOutput(), ScoreOutput.Mse, ScoreOutput.Psnr, ScoreOutput.Ssim, new ErrorMapOutput(),
        new AnomalyOutput(), new DetectorScoreOutput(), new ProbabilityOutput(), new DetectorMapOutput(), new MaskOutput(),
        new ContributionOutput(),
    ];

    public string Name => name;

    /// <summary>
    /// Gets a value indicating whether the output compares the reconstruction with the target, and therefore reads the target column.
    /// </summary>
    public virtual bool IsScore => false;

    /// <exception cref="ArgumentException">No output has this name.</exception>
    public static AutoencoderOutput Named(string name) =>
        All.FirstOrDefault(output => output.Name == name) ?? throw new ArgumentException($"there is no output '{name}'");

    public string? NameIn(IAutoencoderColumnNames options) => nameIn(options);

    /// <exception cref="InvalidOperationException">The output cannot be computed for such inputs.</exception>
    public virtual void Check(ImageColumn input)
    {
    }

    /// <summary>Creates the column in the schema of an estimator, from the schema of the column of images.</summary>
    public abstract SchemaShape.Column Promise(string column, SchemaShape.Column input);

    /// <summary>Creates the column in the schema of a transformer.</summary>
    public abstract DataViewSchema.DetachedColumn Make(string column, OutputPlace place);

    /// <summary>Creates the getter of the column's raw type, from the stage of the batch that it needs.</summary>
    public abstract Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot);

    /// <summary>Adds the output to an ONNX graph: [N, number of values].</summary>
    public abstract OnnxValue Write(AutoencoderGraph graph);
}

/// <summary>The context in which a trained autoencoder or an anomaly detector adds columns.</summary>
/// <param name="Target">The column that reconstructions are compared with, or null if it is not known.</param>
internal sealed record OutputPlace(
    DataViewSchema Schema, ImageColumn Input, DataViewSchema.Column? Target, int LatentSize, Detector? Detector);
