using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>
/// Values of the rows of a batch, with the same number of values per row. All are computed when a getter needs the first one.
/// </summary>
/// <param name="length">The number of values per row.</param>
/// <param name="compute">
/// Computes the values of all rows, one row after the other, into the beginning of an array. The array may be longer.
/// </param>
/// <param name="isMissing">
/// Returns whether a row is missing. Its values become NaN, because otherwise they would depend on the method of computation.
/// </param>
internal sealed class BatchValues(int length, Action<float[]> compute, Func<int, bool> isMissing)
{
    private float[] _values = [];
    private int _count;
    private bool _isComputed;

    /// <summary>Gets the name of the stage in the telemetry; null if it is not measured.</summary>
    public string? Stage { get; init; }

    /// <summary>Gets the function that receives the values of all rows after they have been computed.</summary>
    public Action<ReadOnlySpan<float>>? Computed { get; init; }

    public void Begin(int count) => (_count, _isComputed) = (count, false);

    /// <summary>The values of all rows, one row after the other. The array may be longer.</summary>
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
