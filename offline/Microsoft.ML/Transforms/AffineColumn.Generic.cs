using System.Collections.Immutable;
using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <param name="type">The type of the column.</param>
/// <param name="scales">A scale for every slot.</param>
/// <param name="offsets">An offset for every slot, or null where all are 0.</param>
internal sealed class AffineColumn<T>(DataViewType type, T[] scales, T[] offsets) : AffineColumn
    where T : struct, IFloatingPointIeee754<T>
{
    public override DataViewType Type => type;

    public override NormalizingTransformer.NormalizerModelParametersBase Parameters => type is VectorDataViewType
        ? new NormalizingTransformer.AffineNormalizerModelParameters<ImmutableArray<T>>([.. scales], [.. offsets ?? []])
        : new NormalizingTransformer.AffineNormalizerModelParameters<T>(scales[0], offsets?[0] ?? T.Zero);

    public static AffineColumn<T> Load(BinaryReader reader, DataViewType type)
    {
        var size = type is VectorDataViewType vector ? vector.Size : 1;
        var scales = reader.ReadValues<T>();
        var offsets = reader.ReadBoolean() ? reader.ReadValues<T>() : null;
        if (scales.Length != size || offsets is not null && offsets.Length != size)
            throw new FormatException("Corrupt model file");
        return new AffineColumn<T>(type, scales, offsets);
    }

    public override void Save(BinaryWriter writer)
    {
        writer.WriteType(type);
        writer.WriteValues<T>(scales);
        writer.Write(offsets is not null);
        if (offsets is not null)
            writer.WriteValues<T>(offsets);
    }

    public override Delegate MakeGetter(DataViewRow row, DataViewSchema.Column column)
    {
        if (type is not VectorDataViewType)
        {
            var get = row.GetGetter<T>(column);
            return (ValueGetter<T>)((ref T value) =>
            {
                get(ref value);
                value = Map(value, 0);
            });
        }
        var (getVector, input) = (row.GetGetter<VBuffer<T>>(column), default(VBuffer<T>));
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
        {
            getVector(ref input);
            if (input.Length != scales.Length)
                throw new InvalidOperationException($"Column '{column.Name}': expected {scales.Length} slots, but got {input.Length}");
            MapVector(input, ref value);
        });
    }

    private void MapVector(VBuffer<T> input, ref VBuffer<T> output)
    {
        if (offsets is null)
        {
            // Zero stays zero, so a sparse vector stays sparse.
            input.CopyTo(ref output);
            var editor = VBufferEditor.CreateFromBuffer(ref output);
            var indices = input.GetIndices();
            for (var i = 0; i < editor.Values.Length; i++)
                editor.Values[i] = Map(editor.Values[i], input.IsDense ? i : indices[i]);
            output = editor.Commit();
            return;
        }
        input.CopyToDense(ref output);
        var dense = VBufferEditor.CreateFromBuffer(ref output);
        for (var i = 0; i < dense.Values.Length; i++)
            dense.Values[i] = Map(dense.Values[i], i);
        output = dense.Commit();
    }

    private T Map(T value, int slot) => (offsets is null ? value : value - offsets[slot]) * scales[slot];
}
