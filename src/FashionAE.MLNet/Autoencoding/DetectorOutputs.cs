using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>A column of an anomaly detector. No option of an autoencoder names it.</summary>
/// <param name="name">The name in model files.</param>
/// <param name="valueKind">What the column is to ML.NET.</param>
/// <param name="item">The type of its values.</param>
/// <param name="isMap">Whether it has a value for each pixel, [H, W], or one for the image.</param>
internal abstract class DetectorOutput(string name, string valueKind, PrimitiveDataViewType item, bool isMap = false)
    : AutoencoderOutput(name, _ => null)
{
    // The values of an error map are compared with a threshold, which goes along.
    private readonly bool _hasThreshold = valueKind == ColumnAnnotations.ErrorMap;

    public override bool IsScore => true;

    public override void Check(ImageColumn input)
    {
        if (isMap && input.Shape.IsVector)
            throw new InvalidOperationException(
                $"An error map or a mask has a value for each pixel of an image, and column '{input.Name}' has {input.Shape.Description}:"
                + " set ContributionColumnName for the error of each slot.");
    }

    public override SchemaShape.Column Promise(string column, SchemaShape.Column input)
    {
        var annotations = _hasThreshold ? ColumnAnnotations.PromisedOfErrorMap : ColumnAnnotations.PromisedOfDetector;
        return isMap ? PromisedColumn.Vector(column, item, annotations) : PromisedColumn.Scalar(column, item, annotations);
    }

    public override DataViewSchema.DetachedColumn Make(string column, OutputPlace place) => new(
        column, isMap ? new VectorDataViewType(item, place.Input.Shape.Height, place.Input.Shape.Width) : item,
        ColumnAnnotations.OfDetector(
            place.Schema, valueKind, _hasThreshold ? place.Detector?.PixelThreshold ?? float.NaN : null));
}

/// <summary>The verdict: whether the score is above the threshold.</summary>
internal sealed class AnomalyOutput() : DetectorOutput(
    "Anomaly", AnnotationUtils.Const.ScoreValueKind.PredictedLabel, BooleanDataViewType.Instance)
{
    public override Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot)
    {
        var getScore = batch.Detected.Scores.MakeNumberGetter(slot);
        return (ValueGetter<bool>)((ref bool value) =>
        {
            var score = 0f;
            getScore(ref score);
            // An image without a score, NaN, is unlike all that is known.
            value = !(score <= batch.Threshold);
        });
    }

    public override OnnxValue Write(AutoencoderGraph graph) => graph.Export.Add("Not", graph.Export.Add(
        "LessOrEqual", graph.DetectorScore, graph.Export.Number(graph.Threshold!.Value, isDouble: false)));
}

/// <summary>The score.</summary>
internal sealed class DetectorScoreOutput() : DetectorOutput(
    "DetectorScore", AnnotationUtils.Const.ScoreValueKind.Score, NumberDataViewType.Single)
{
    public override Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot) => batch.Detected.Scores.MakeNumberGetter(slot);

    public override OnnxValue Write(AutoencoderGraph graph) => graph.DetectorScore;
}

/// <summary>The probability that a row is an anomaly.</summary>
internal sealed class ProbabilityOutput() : DetectorOutput(
    "Probability", AnnotationUtils.Const.ScoreValueKind.Probability, NumberDataViewType.Single)
{
    public override Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot) => batch.Detected.Probabilities.MakeNumberGetter(slot);

    public override OnnxValue Write(AutoencoderGraph graph) => graph.Probability;
}

/// <summary>The smoothed error of every pixel, the mean over the channels.</summary>
internal sealed class DetectorMapOutput() : DetectorOutput(
    "DetectorMap", ColumnAnnotations.ErrorMap, NumberDataViewType.Single, isMap: true)
{
    public override Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot) => batch.Detected.Maps.MakeVectorGetter(slot);

    public override OnnxValue Write(AutoencoderGraph graph) => graph.DetectorMap;
}

/// <summary>Which pixels have an error above the threshold of pixels.</summary>
internal sealed class MaskOutput() : DetectorOutput("Mask", ColumnAnnotations.Mask, BooleanDataViewType.Instance, isMap: true)
{
    public override Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot) => batch.Detected.MakeMaskGetter(slot);

    public override OnnxValue Write(AutoencoderGraph graph) => graph.Export.Add("Not", graph.Export.Add(
        "LessOrEqual", graph.DetectorMap, graph.Export.Number(graph.Detector!.PixelThreshold, isDouble: false)));
}
