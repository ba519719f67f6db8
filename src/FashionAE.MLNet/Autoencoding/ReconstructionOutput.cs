using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>The reconstructions.</summary>
internal sealed class ReconstructionOutput() : AutoencoderOutput("Reconstruction", names => names.ReconstructionColumnName)
{
    public override SchemaShape.Column Promise(string column, SchemaShape.Column input) =>
        ImageColumn.PromiseLike(input, column);

    public override DataViewSchema.DetachedColumn Make(string column, OutputPlace place) => place.Input.Like(column, place.Target);

    public override Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot) => batch.Reconstruction.MakeVectorGetter(slot);

    public override OnnxValue Write(AutoencoderGraph graph) => graph.Reconstruction;
}
