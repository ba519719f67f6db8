using FashionAE.MLNet.DataViews;
using FashionAE.MLNet.Persistence;
using Microsoft.ML;

namespace FashionAE.MLNet.Evaluation;

/// <summary>Adds the scores of reconstructions against the images that they should be, computed in double precision.</summary>
public sealed class ReconstructionScoringTransformer : BatchTransformer
{
    internal ReconstructionScoringTransformer(ScoringSettings settings) => Settings = settings;

    internal ScoringSettings Settings { get; }

    internal override BatchMapping Map(DataViewSchema inputSchema) => new ScoringMapping(Settings, inputSchema);

    private protected override void Save(ModelSaveContext context) => ReconstructionScoringLoader.Save(this, context);
}
