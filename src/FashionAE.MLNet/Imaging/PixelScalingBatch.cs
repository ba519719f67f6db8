using FashionAE.MLNet.DataViews;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Imaging;

/// <summary>Scales one row: nothing is gained by more of them at once.</summary>
internal sealed class PixelScalingBatch(PixelScalingSettings settings, DataViewSchema.Column column) : RowBatch
{
    private ValueGetter<VBuffer<byte>>? _getBytes;
    private VBuffer<byte> _bytes;

    public override void Bind(DataViewRow input) => _getBytes = input.GetGetter<VBuffer<byte>>(column);

    public override void Read(int place)
    {
        _getBytes!(ref _bytes);
        // ExtractPixels gives zeros, none of them explicit, where there is no image, as for an empty path.
        if (!_bytes.IsDense)
            throw new InvalidOperationException($"A row has no image in column '{column.Name}'.");
    }

    public override Delegate MakeGetter(int output, RowSlot slot) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
    {
        _ = slot.Current;
        var bytes = _bytes.GetValues();
        var editor = VBufferEditor.Create(ref value, bytes.Length);
        for (var i = 0; i < bytes.Length; i++)
            editor.Values[i] = ByteValues.InUnitRange[settings.Invert ? byte.MaxValue - bytes[i] : bytes[i]];
        value = editor.Commit();
    });
}
