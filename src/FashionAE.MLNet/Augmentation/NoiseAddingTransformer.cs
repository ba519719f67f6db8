using FashionAE.MLNet.DataViews;
using FashionAE.MLNet.Persistence;
using Microsoft.ML;

namespace FashionAE.MLNet.Augmentation;

/// <summary>Adds Gaussian noise to every value of an image and clamps to [0, 1]. The noise depends on the seed and the row's id alone.</summary>
public sealed class NoiseAddingTransformer : BatchTransformer
{
    internal NoiseAddingTransformer(NoiseSettings settings) => Settings = settings;

    internal NoiseSettings Settings { get; }

    internal override BatchMapping Map(DataViewSchema inputSchema) => new NoiseMapping(Settings, inputSchema);

    private protected override void Save(ModelSaveContext context) => NoiseAddingLoader.Save(this, context);
}
