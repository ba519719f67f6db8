using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Numbers of the rows of a batch, as many for each row, all computed when a getter first asks for one.</summary>
/// <param name="length">How many a row has.</param>
/// <param name="compute">
/// Computes those of all rows, one row after the other, into the beginning of an array, which may be longer.
/// </param>
/// <param name="isMissing">
/// Tells which rows are missing: their numbers become NaN, since what comes out for them depends on how they are computed.
/// </param>
internal sealed class BatchValues(int length, Action<float[]> compute, Func<int, bool> isMissing)
{
    private float[] _values = [];
    private int _count;
    private bool _isComputed;

    /// <summary>Gets the name by which it is measured; null for not at all.</summary>
    public string? Stage { get; init; }

    /// <summary>Gets what is called with the numbers of all rows when they have been computed.</summary>
    public Action<ReadOnlySpan<float>>? Computed { get; init; }

    public void Begin(int count) => (_count, _isComputed) = (count, false);

    /// <summary>The numbers of all rows, one row after the other; the array may be longer.</summary>
    public float[] All()
    {
        if (!_isComputed)
            Compute();
        return _values;
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

    private void Compute()
    {
        var total = (long)_count * length;
        if (_values.Length < total)
            _values = new float[total];
        ScoringTelemetry.Run(Stage, _count, () => compute(_values));
        for (var row = 0; row < _count; row++)
            if (isMissing(row))
                _values.AsSpan(row * length, length).Fill(float.NaN);
        _isComputed = true;
        Computed?.Invoke(_values.AsSpan(0, (int)total));
    }
}
