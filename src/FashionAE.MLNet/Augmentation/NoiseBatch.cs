using FashionAE.MLNet.DataViews;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Augmentation;

/// <summary>Adds noise to one row: nothing is gained by more of them at once.</summary>
internal sealed class NoiseBatch(NoiseSettings settings, DataViewSchema.Column column) : RowBatch
{
    private ValueGetter<VBuffer<float>>? _getImage;
    private ValueGetter<DataViewRowId>? _getId;
    private VBuffer<float> _image;
    private DataViewRowId _id;

    public override void Bind(DataViewRow input)
    {
        _getImage = input.GetGetter<VBuffer<float>>(column);
        _getId = input.GetIdGetter();
    }

    public override void Read(int place)
    {
        _getImage!(ref _image);
        _getId!(ref _id);
    }

    public override Delegate MakeGetter(int output, RowSlot slot) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
    {
        _ = slot.Current;
        var editor = VBufferEditor.Create(ref value, _image.Length);
        var values = editor.Values;
        _image.CopyTo(values);
        var random = new RowRandom(settings.Seed, _id, 0);
        for (var i = 0; i < values.Length; i += 2)
        {
            var (first, second) = random.NextNormals();
            values[i] = Math.Clamp((float)(values[i] + settings.Factor * first), 0, 1);
            if (i + 1 < values.Length)
                values[i + 1] = Math.Clamp((float)(values[i + 1] + settings.Factor * second), 0, 1);
        }
        value = editor.Commit();
    });
}
