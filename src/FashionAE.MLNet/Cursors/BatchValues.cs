using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>Numbers of the rows of a batch, as many for each row, all computed when a getter first asks for one.</summary>
/// <param name="length">How many a row has.</param>
/// <param name="compute">Computes those of all rows.</param>
/// <param name="isMissing">
/// Tells which rows are missing: their numbers become NaN, since what comes out for them depends on how libtorch computes.
/// </param>
internal sealed class BatchValues(int length, Func<Tensor> compute, Func<int, bool> isMissing)
{
    private float[]? _values;
    private int _count;
    private bool _isComputed;

    public void Begin(int count) => (_count, _isComputed) = (count, false);

    /// <summary>The numbers of all rows, one row after the other.</summary>
    public float[] All()
    {
        if (!_isComputed)
            TorchPass.Run(_count, () => Keep(compute()));
        return _values!;
    }

    /// <summary>Takes numbers that were computed together with others.</summary>
    public void Keep(Tensor values)
    {
        ImageBuffer.CopyTo(values, ref _values);
        for (var row = 0; row < _count; row++)
            if (isMissing(row))
                _values.AsSpan(row * length, length).Fill(float.NaN);
        _isComputed = true;
    }

    public ValueGetter<VBuffer<float>> MakeVectorGetter(RowSlot slot) => (ref VBuffer<float> value) =>
    {
        var row = slot.ReadCurrent();
        VBuffer<float>.Copy(All(), row * length, ref value, length);
    };

    public ValueGetter<float> MakeNumberGetter(RowSlot slot) => (ref float value) =>
    {
        var row = slot.ReadCurrent();
        value = All()[row];
    };
}
