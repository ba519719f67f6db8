using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>A score of the reconstruction, one value per row.</summary>
internal sealed class ScoreOutput : AutoencoderOutput
{
    private readonly ImageScore _score;

    private ScoreOutput(string name, ImageScore score, Func<IAutoencoderColumnNames, string?> nameIn)
        : base(name, nameIn) => _score = score;

    public static ScoreOutput Mse { get; } = new("Mse", ImageScore.MeanSquaredError, names => names.MseColumnName);

    public static ScoreOutput Psnr { get; } = new("Psnr", ImageScore.PeakSignalToNoiseRatio, names => names.PsnrColumnName);

    public static ScoreOutput Ssim { get; } = new("Ssim", ImageScore.StructuralSimilarity, names => names.SsimColumnName);

    public override bool IsScore => true;

    public override void Check(ImageColumn input)
    {
        if (input.Shape.IsVector && _score is ImageScore.StructuralSimilarity or ImageScore.PeakSignalToNoiseRatio)
            throw new InvalidOperationException(
                $"PSNR and SSIM are for images with values in [0, 1], but column '{input.Name}' has {input.Shape.Description}:"
                + " set MseColumnName for the mean squared error.");
        if (_score == ImageScore.StructuralSimilarity)
            input.CheckSimilarity();
    }

    public override SchemaShape.Column Promise(string column, SchemaShape.Column input) =>
        PromisedColumn.Scalar(column, NumberDataViewType.Single);

    public override DataViewSchema.DetachedColumn Make(string column, OutputPlace place) =>
        new(column, NumberDataViewType.Single);

    public override Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot) => batch.Scores.MakeGetter(_score, slot);

    public override OnnxValue Write(AutoencoderGraph graph) => graph.Scores.Write(_score);
}
