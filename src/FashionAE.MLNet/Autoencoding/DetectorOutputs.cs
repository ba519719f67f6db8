using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>A column that only an anomaly detector adds, so the options of an autoencoder have no property for its name.</summary>
/// <param name="name">The name in model files.</param>
/// <param name="valueKind">The kind of the column's values, in its annotations for ML.NET.</param>
/// <param name="item">The type of the column's values.</param>
/// <param name="isMap">Whether the column has a value for each pixel, [H, W], instead of one value for the row.</param>
internal abstract class DetectorOutput(string name, string valueKind, PrimitiveDataViewType item, bool isMap = false)
    : AutoencoderOutput(name, _ => null)
{
    // The pixel threshold, with which the values of an error map are compared, is an annotation of its column.
    private readonly bool _hasThreshold = valueKind == ColumnAnnotations.ErrorMap;

    public override bool IsScore => true;

    public override void Check(ImageColumn input)
    {
        if (isMap && input.Shape.IsVector)
            throw new InvalidOperationException(
                $"An error map or a mask has a value for each pixel of an image, but column '{input.Name}' has {input.Shape.Description}:"
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

/// <summary>The predicted label: whether the score is above the threshold.</summary>
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
            // The score of a row with missing outputs is NaN, and such a row is an anomaly.
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

/// <summary>The smoothed error of every pixel, averaged over the channels.</summary>
internal sealed class DetectorMapOutput() : DetectorOutput(
    "DetectorMap", ColumnAnnotations.ErrorMap, NumberDataViewType.Single, isMap: true)
{
    public override Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot) => batch.Detected.Maps.MakeVectorGetter(slot);

    public override OnnxValue Write(AutoencoderGraph graph) => graph.DetectorMap;
}

/// <summary>The mask: whether the smoothed error of each pixel is above the pixel threshold.</summary>
internal sealed class MaskOutput() : DetectorOutput("Mask", ColumnAnnotations.Mask, BooleanDataViewType.Instance, isMap: true)
{
    public override Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot) => batch.Detected.MakeMaskGetter(slot);

    public override OnnxValue Write(AutoencoderGraph graph) => graph.Export.Add("Not", graph.Export.Add(
        "LessOrEqual", graph.DetectorMap, graph.Export.Number(graph.Detector!.PixelThreshold, isDouble: false)));
}
