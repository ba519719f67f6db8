using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>
/// The contribution of each slot to the score of a detector if the score is a mean of squared errors; otherwise to the mean squared error.
/// </summary>
internal sealed class ContributionOutput() : AutoencoderOutput("Contribution", _ => null)
{
    public override bool IsScore => true;

    public override SchemaShape.Column Promise(string column, SchemaShape.Column input) => ImageColumn.PromiseLike(input, column);

    public override DataViewSchema.DetachedColumn Make(string column, OutputPlace place) => place.Input.Like(column, place.Target);

    public override Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot) => batch.Contributions.MakeVectorGetter(slot);

    public override OnnxValue Write(AutoencoderGraph graph) => graph.Contributions;
}
