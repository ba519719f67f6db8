using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>The latent vectors.</summary>
internal sealed class LatentOutput() : AutoencoderOutput("Latent", names => names.LatentColumnName)
{
    public override SchemaShape.Column Promise(string column, SchemaShape.Column input) =>
        PromisedColumn.Vector(column, NumberDataViewType.Single, ColumnAnnotations.PromisedOfLatent);

    public override DataViewSchema.DetachedColumn Make(string column, OutputPlace place) =>
        new(column, new VectorDataViewType(NumberDataViewType.Single, place.LatentSize), ColumnAnnotations.OfLatent(place.LatentSize));

    public override Delegate MakeGetter(AutoencoderBatch batch, RowSlot slot) => batch.Latent.MakeVectorGetter(slot);

    public override OnnxValue Write(AutoencoderGraph graph) => graph.Latent;
}
