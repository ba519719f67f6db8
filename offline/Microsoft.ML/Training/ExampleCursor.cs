using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

/// <summary>One pass over what a trainer learns from. Rows with a feature or weight that is no number, or without a label, are passed over.</summary>
internal sealed class ExampleCursor : IDisposable
{
    private readonly DataViewRowCursor _cursor;
    private readonly ValueGetter<VBuffer<float>> _getFeatures;
    private readonly ValueGetter<float> _getWeight;
    private readonly ValueGetter<uint> _getLabel;
    private VBuffer<float> _buffer;
    private float _weight = 1;

    /// <summary>Initializes a new instance of the <see cref="ExampleCursor"/> class.</summary>
    /// <param name="data">A view in which the columns are of the types that trainers ask for.</param>
    /// <param name="features">The column of the features.</param>
    /// <param name="weight">The column of the weights, or null where all are 1.</param>
    /// <param name="label">The column of the labels, or null where there are none.</param>
    public ExampleCursor(IDataView data, string features, string weight = null, string label = null)
    {
        var names = new[] { features, weight, label };
        _cursor = data.GetRowCursor(names.Where(name => name is not null).Select(name => data.Schema[name]));
        _getFeatures = _cursor.GetGetter<VBuffer<float>>(data.Schema[features]);
        _getWeight = weight is null ? null : _cursor.GetGetter<float>(data.Schema[weight]);
        _getLabel = label is null ? null : _cursor.GetGetter<uint>(data.Schema[label]);
        Features = new float[SizeOf(data, features)];
    }

    /// <summary>Gets the features of the row; the same array for all rows.</summary>
    public float[] Features { get; }

    public float Weight => _weight;

    /// <summary>Gets the class of the row, from 0.</summary>
    public int Label { get; private set; }

    public static int SizeOf(IDataView data, string features) => ((VectorDataViewType)data.Schema[features].Type).Size;

    public bool MoveNext()
    {
        while (_cursor.MoveNext())
            if (Read())
                return true;
        return false;
    }

    public void Dispose() => _cursor.Dispose();

    private bool Read()
    {
        var key = 1u;
        _getLabel?.Invoke(ref key);
        Label = (int)key - 1;
        _getWeight?.Invoke(ref _weight);
        if (key == 0 || !float.IsFinite(_weight) || _weight < 0)
            return false;
        _getFeatures(ref _buffer);
        if (_buffer.Length != Features.Length)
            throw new InvalidOperationException($"Expected features of {Features.Length} slots, but got {_buffer.Length}");
        _buffer.CopyTo(Features);
        return Array.TrueForAll(Features, float.IsFinite);
    }
}
