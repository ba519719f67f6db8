using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>How one column is normalized: (x - offset) * scale, slot by slot.</summary>
internal abstract class AffineColumn
{
    /// <summary>Gets the type of the column it was fitted to.</summary>
    public abstract DataViewType Type { get; }

    public abstract NormalizingTransformer.NormalizerModelParametersBase Parameters { get; }

    public abstract Delegate MakeGetter(DataViewRow row, DataViewSchema.Column column);

    public abstract void Save(BinaryWriter writer);

    public static AffineColumn Load(BinaryReader reader)
    {
        var type = reader.ReadType();
        if (type is VectorDataViewType { IsKnownSize: false })
            throw new FormatException("Corrupt model file");
        var itemType = type is VectorDataViewType vector ? vector.ItemType : type;
        if (itemType == NumberDataViewType.Single)
            return AffineColumn<float>.Load(reader, type);
        return itemType == NumberDataViewType.Double ? AffineColumn<double>.Load(reader, type) : throw new FormatException("Corrupt model file");
    }
}
