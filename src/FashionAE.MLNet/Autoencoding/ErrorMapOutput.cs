using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>The squared error of every pixel, or of every slot of other vectors.</summary>
internal sealed class ErrorMapOutput() : AutoencoderOutput("ErrorMap", names => names.ErrorMapColumnName)
{
    public override bool IsScore => true;

    public override SchemaShape.Column Promise(string column, SchemaShape.Column input) =>
        ImageColumn.PromiseLike(input, column);

    public override DataViewSchema.DetachedColumn Make(string column, OutputPlace place) => place.Input.Like(column, place.Target);

    public override Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot) => batch.Scores.MakeGetter(ImageScore.SquaredError, slot);

    public override OnnxValue Write(AutoencoderGraph graph) => graph.Scores.Write(ImageScore.SquaredError);
}
