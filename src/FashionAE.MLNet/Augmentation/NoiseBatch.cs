using FashionAE.MLNet.DataViews;
using FashionAE.Torch.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Augmentation;

/// <summary>Adds noise to one row: nothing is gained by more of them at once.</summary>
internal sealed class NoiseBatch(NoiseSettings settings, DataViewSchema.Column column) : RowBatch
{
    private readonly ImageBuffer _image = new(column, new ImageShape(1, 1, ((VectorDataViewType)column.Type).Size), capacity: 1);
    private ValueGetter<DataViewRowId>? _getId;
    private DataViewRowId _id;

    public override void Bind(DataViewRow input)
    {
        _image.Bind(input);
        _getId = input.GetIdGetter();
    }

    public override void Read(int place)
    {
        _image.Read(place);
        _getId!(ref _id);
    }

    public override void Begin(int count)
    {
    }

    public override Delegate MakeGetter(int output, RowSlot slot) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
    {
        _ = slot.Current;
        var image = _image[0];
        var editor = VBufferEditor.Create(ref value, image.Length);
        var values = editor.Values;
        image.CopyTo(values);
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
