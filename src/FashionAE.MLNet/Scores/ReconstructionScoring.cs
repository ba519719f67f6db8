using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: Saved<ReconstructionScoring>]

namespace FashionAE.MLNet;

/// <summary>Compares reconstructions with their target images.</summary>
public sealed class ReconstructionScoringEstimator : ImageEstimator<ReconstructionScoringTransformer>
{
    internal ReconstructionScoringEstimator(IHostEnvironment environment, string target, string reconstruction, Options options)
        : base(environment, new ReconstructionScoring(
            target, reconstruction, options.MseColumnName, options.PsnrColumnName, options.SsimColumnName, options.Shape,
            options.ErrorMapColumnName))
    {
    }

    /// <summary>The options of a <see cref="ReconstructionScoringEstimator"/>. Set the columns of the scores to compute.</summary>
    public sealed record Options
    {
        /// <summary>Gets or sets the column for the mean squared error, Single in [0, 1]; null to omit it.</summary>
        public string? MseColumnName { get; set; }

        /// <summary>
        /// Gets or sets the column for the peak signal-to-noise ratio in decibels, Single, infinite for equal images; null to omit it.
        /// </summary>
        public string? PsnrColumnName { get; set; }

        /// <summary>
        /// Gets or sets the column for the structural similarity (Wang et al. 2004, 11x11 Gaussian), Single in [-1, 1]; null to omit it.
        /// Images must have at least 11x11 pixels.
        /// </summary>
        public string? SsimColumnName { get; set; }

        /// <summary>
        /// Gets or sets the column for the squared error of each pixel, of the target's type, in [0, 1]; null to omit it.
        /// </summary>
        public string? ErrorMapColumnName { get; set; }

        /// <summary>
        /// Gets or sets the shape of the images, which structural similarity needs. Null to read it from the target column's type, if that
        /// has a size.
        /// </summary>
        public ImageShape? Shape { get; set; }
    }
}

/// <summary>
/// Adds scores that compare reconstructions with their target images. They are computed in double precision, and are NaN if a pixel is
/// infinite or NaN. Targets outside [0, 1] and reconstructions outside [-1, 2] are scored unchanged, with one warning per view in the log.
/// </summary>
/// <remarks>Instances are thread-safe. Each cursor belongs to one thread.</remarks>
public sealed class ReconstructionScoringTransformer : BatchTransformer
{
    internal ReconstructionScoringTransformer(ReconstructionScoring component)
        : base(component)
    {
    }
}

/// <summary>The component that scores reconstructions.</summary>
internal sealed record ReconstructionScoring(
    string Target, string Reconstruction, string? Mse, string? Psnr, string? Ssim, ImageShape? Shape, string? ErrorMap = null)
    : Component<ReconstructionScoring>, ISaved
{
    public static string Kind => "FSHNSCOR";

    public static string Signature => "FashionAE.Scores";

    internal override string Step => "ScoreReconstruction";

    /// <summary>The columns to add, in order.</summary>
    private (string Name, ImageScore Score)[] Scores => [.. new (string? Name, ImageScore Score)[]
    {
        (Mse, ImageScore.MeanSquaredError), (Psnr, ImageScore.PeakSignalToNoiseRatio),
        (Ssim, ImageScore.StructuralSimilarity), (ErrorMap, ImageScore.SquaredError),
    }.Where(o => o.Name is not null).Select(o => (o.Name!, o.Score))];

    internal override void Check()
    {
        CheckNames([Target, Reconstruction]);
        if (Scores.Length == 0)
            throw new ArgumentException("No score column is set: set MseColumnName, PsnrColumnName, SsimColumnName or ErrorMapColumnName.");
        if (Scores.GroupBy(o => o.Name).FirstOrDefault(g => g.Count() > 1 || g.Key.Length == 0) is { } twice)
            throw new ArgumentException($"Scores need different, non-empty column names, but '{twice.Key}' is empty or is used twice.");
    }

    internal override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema)
    {
        var sizeRemedy = Shape is null ? ImageColumn.ShapeRemedy : null;
        var target = ImageColumn.Check(inputSchema, Target, "target", sizeRemedy, NumberDataViewType.Single);
        ImageColumn.Check(inputSchema, Reconstruction, "reconstruction", sizeRemedy, NumberDataViewType.Single);
        return Scores.Select(o => o.Score == ImageScore.SquaredError
            ? ImageColumn.PromiseLike(target, o.Name)
            : PromisedColumn.Scalar(o.Name, NumberDataViewType.Single));
    }

    internal override BatchMapping Bind(DataViewSchema inputSchema)
    {
        // Only structural similarity needs height and width.
        var target = ImageColumn.Find(inputSchema, Target, "target", Shape, Ssim is null ? null : ImageColumn.ShapeRemedy);
        if (Ssim is not null)
            target.CheckSimilarity();
        var reconstruction = ImageColumn.Find(inputSchema, Reconstruction, "reconstruction", target.Shape);
        return new BatchMapping(
            inputSchema,
            Array.ConvertAll(Scores, o => new AddedColumn(
                o.Score == ImageScore.SquaredError ? target.Like(o.Name) : new(o.Name, NumberDataViewType.Single),
                target.Index, reconstruction.Index)),
            request => new Batch(
                Scores, new ImageBuffer(target, request.Capacity, request.Log),
                new ImageBuffer(reconstruction, request.Capacity, request.Log, StepLog.Overshoot)))
        {
            BatchSize = ImageBuffer.BatchSize(TorchPass.UsualBatchSize, target.Shape),
            WriteOnnx = export =>
            {
                var graph = new ScoreGraph(export, target.Shape, export.Column(Target), export.Column(Reconstruction));
                return Scores.Select(o => graph.Write(o.Score));
            },
        };
    }

    internal override BatchTransformer ToTransformer() => new ReconstructionScoringTransformer(this);

    private sealed class Batch((string Name, ImageScore Score)[] outputs, ImageBuffer targets, ImageBuffer reconstructions)
        : ImageBatch(targets, reconstructions)
    {
        private BatchScores Values => field ??= new BatchScores(
            targets.Shape, () => (targets.Values, reconstructions.Values), IsMissing);

        public override void Begin(int count)
        {
            base.Begin(count);
            Values.Begin(count);
        }

        public override Delegate MakeGetter(int output, RowSlot slot) => Values.MakeGetter(outputs[output].Score, slot);
    }
}
