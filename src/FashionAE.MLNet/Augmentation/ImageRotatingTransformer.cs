using FashionAE.MLNet.DataViews;
using FashionAE.MLNet.Persistence;
using Microsoft.ML;

namespace FashionAE.MLNet.Augmentation;

/// <summary>
/// Makes of every row the row itself and copies of it in which the image is turned by random angles; all other columns are the same. The
/// angles depend on the seed and the row's id alone. Memory for one batch.
/// </summary>
public sealed class ImageRotatingTransformer : BatchTransformer
{
    internal ImageRotatingTransformer(RotationSettings settings) => Settings = settings;

    /// <summary>Gets a value indicating whether one row becomes one row: with a single copy and without the original it does.</summary>
    public override bool IsRowToRowMapper => Settings.RowsPerRow == 1;

    internal RotationSettings Settings { get; }

    internal override BatchMapping Map(DataViewSchema inputSchema) => new RotationMapping(Settings, inputSchema);

    private protected override void Save(ModelSaveContext context) => ImageRotatingLoader.Save(this, context);
}
