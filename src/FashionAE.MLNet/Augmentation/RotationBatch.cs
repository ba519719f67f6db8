using FashionAE.MLNet.DataViews;
using FashionAE.Torch.Augmentation;
using FashionAE.Torch.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Augmentation;

/// <summary>Turns all copies of a batch of rows at once.</summary>
internal sealed class RotationBatch(RotationSettings settings, DataViewSchema.Column input, ImageShape shape, int capacity) : RowBatch
{
    private readonly ImageBuffer _images = new(input, shape, capacity);
    private readonly DataViewRowId[] _ids = new DataViewRowId[capacity];
    private ValueGetter<DataViewRowId>? _getId;
    private float[]? _rotated;
    private int _count;
    private bool _isComputed;

    public override void Bind(DataViewRow input)
    {
        _images.Bind(input);
        _getId = input.GetIdGetter();
    }

    public override void Read(int place)
    {
        _images.Read(place);
        _getId!(ref _ids[place]);
    }

    public override void Begin(int count) => (_count, _isComputed) = (count, false);

    public override Delegate MakeGetter(int output, RowSlot slot) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
    {
        var (row, copy) = Math.DivRem(slot.Current, settings.RowsPerRow);
        var editor = VBufferEditor.Create(ref value, shape.Size);
        if (settings.KeepOriginals && copy == 0)
            _images[row].CopyTo(editor.Values);
        else
            Rotated().AsSpan((row * settings.Copies + copy - (settings.KeepOriginals ? 1 : 0)) * shape.Size, shape.Size).CopyTo(editor.Values);
        value = editor.Commit();
    });

    private float[] Rotated()
    {
        if (_isComputed)
            return _rotated!;
        var degrees = new float[_count * settings.Copies];
        for (var i = 0; i < degrees.Length; i++)
        {
            var (row, copy) = Math.DivRem(i, settings.Copies);
            degrees[i] = (float)(settings.Degrees * (2 * new RowRandom(settings.Seed, _ids[row], copy).NextDouble() - 1));
        }
        lock (OnePassAtATime.Gate)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var copies = _images.ToTensor(_count).unsqueeze(1).expand(-1, settings.Copies, -1, -1, -1).reshape(shape.Batch(degrees.Length));
            ImageBuffer.CopyTo(RandomRotation.Rotate(copies, ImageBuffer.ToTensor(degrees, degrees.Length), settings.Interpolation), ref _rotated);
        }
        _isComputed = true;
        return _rotated!;
    }
}
