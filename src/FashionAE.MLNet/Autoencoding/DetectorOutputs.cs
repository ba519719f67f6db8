using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>A column of an anomaly detector. No option of an autoencoder names it.</summary>
internal abstract class DetectorOutput(string name, string valueKind) : AutoencoderOutput(name, _ => null)
{
    public override bool IsScore => true;

    protected abstract DataViewType Type { get; }

    public override SchemaShape.Column Promise(string column, SchemaShape.Column input) =>
        PromisedColumn.Scalar(column, Type, ColumnAnnotations.PromisedOfDetector);

    public override DataViewSchema.DetachedColumn Make(string column, OutputPlace place) =>
        new(column, Type, ColumnAnnotations.OfDetector(place.Schema, valueKind));
}

/// <summary>The verdict: whether the score is above the threshold.</summary>
internal sealed class AnomalyOutput() : DetectorOutput("Anomaly", AnnotationUtils.Const.ScoreValueKind.PredictedLabel)
{
    protected override DataViewType Type => BooleanDataViewType.Instance;

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
internal sealed class DetectorScoreOutput() : DetectorOutput("DetectorScore", AnnotationUtils.Const.ScoreValueKind.Score)
{
    protected override DataViewType Type => NumberDataViewType.Single;

    public override Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot) => batch.Detected.Scores.MakeNumberGetter(slot);

    public override OnnxValue Write(AutoencoderGraph graph) => graph.DetectorScore;
}

/// <summary>The probability that a row is an anomaly.</summary>
internal sealed class ProbabilityOutput() : DetectorOutput("Probability", AnnotationUtils.Const.ScoreValueKind.Probability)
{
    protected override DataViewType Type => NumberDataViewType.Single;

    public override Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot) => batch.Detected.Probabilities.MakeNumberGetter(slot);

    public override OnnxValue Write(AutoencoderGraph graph) => graph.Probability;
}

/// <summary>The smoothed error of every pixel, the mean over the channels.</summary>
internal sealed class DetectorMapOutput() : AutoencoderOutput("DetectorMap", _ => null)
{
    public override bool IsScore => true;

    public override SchemaShape.Column Promise(string column, SchemaShape.Column input) =>
        PromisedColumn.Vector(column, NumberDataViewType.Single, ColumnAnnotations.PromisedOfErrorMap);

    public override DataViewSchema.DetachedColumn Make(string column, OutputPlace place) => new(
        column, new VectorDataViewType(NumberDataViewType.Single, place.Input.Shape.Height, place.Input.Shape.Width),
        ColumnAnnotations.OfDetector(place.Schema, ColumnAnnotations.ErrorMap, place.Detector?.PixelThreshold ?? float.NaN));

    public override Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot) => batch.Detected.Maps.MakeVectorGetter(slot);

    public override OnnxValue Write(AutoencoderGraph graph) => graph.DetectorMap;
}

/// <summary>Which pixels have an error above the threshold of pixels.</summary>
internal sealed class MaskOutput() : AutoencoderOutput("Mask", _ => null)
{
    public override bool IsScore => true;

    public override SchemaShape.Column Promise(string column, SchemaShape.Column input) =>
        PromisedColumn.Vector(column, BooleanDataViewType.Instance, ColumnAnnotations.PromisedOfDetector);

    public override DataViewSchema.DetachedColumn Make(string column, OutputPlace place) => new(
        column, new VectorDataViewType(BooleanDataViewType.Instance, place.Input.Shape.Height, place.Input.Shape.Width),
        ColumnAnnotations.OfDetector(place.Schema, ColumnAnnotations.Mask));

    public override Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot) => batch.Detected.MakeMaskGetter(slot);

    public override OnnxValue Write(AutoencoderGraph graph) => graph.Export.Add("Not", graph.Export.Add(
        "LessOrEqual", graph.DetectorMap, graph.Export.Number(graph.Detector!.PixelThreshold, isDouble: false)));
}
