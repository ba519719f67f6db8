using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>An anomaly detector's verdict: whether the mean squared error is above the threshold. No option names its column.</summary>
internal sealed class AnomalyOutput() : AutoencoderOutput("Anomaly", _ => null)
{
    public override bool IsScore => true;

    public override SchemaShape.Column Promise(string column, SchemaShape.Column input, bool isDetector) =>
        PromisedColumn.Scalar(column, BooleanDataViewType.Instance, ColumnAnnotations.PromisedOfDetector);

    public override DataViewSchema.DetachedColumn Make(string column, OutputPlace place) =>
        new(column, BooleanDataViewType.Instance, ColumnAnnotations.OfDetector(place.Schema, isScore: false));

    public override Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot)
    {
        var getScore = (ValueGetter<float>)batch.Scores.MakeGetter(ImageScore.MeanSquaredError, slot);
        return (ValueGetter<bool>)((ref bool value) =>
        {
            var score = 0f;
            getScore(ref score);
            // An image without a score, NaN, is unlike all that is known.
            value = !(score <= batch.Threshold);
        });
    }

    public override OnnxValue Write(AutoencoderGraph graph) => graph.Export.Add("Not", graph.Export.Add(
        "LessOrEqual", graph.Scores.Write(ImageScore.MeanSquaredError), graph.Export.Number(graph.Threshold!.Value, isDouble: false)));
}
