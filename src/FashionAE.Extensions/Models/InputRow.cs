using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Extensions;

/// <summary>A row with one column. Its value is the array that was set last.</summary>
internal sealed class InputRow(DataViewSchema schema) : DataViewRow
{
    private float[] _values = [];
    private long _position = -1;

    public override long Position => _position;

    public override long Batch => 0;

    public override DataViewSchema Schema => schema;

    /// <summary>Sets the values. The position changes, so that later steps compute their values again.</summary>
    public void Set(float[] values) => (_values, _position) = (values, _position + 1);

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        (ValueGetter<VBuffer<float>>)Read as Delegate as ValueGetter<TValue>
        ?? throw new InvalidOperationException($"Column '{column.Name}' has values of Single, not of {typeof(TValue)}.");

    private void Read(ref VBuffer<float> value)
    {
        var editor = VBufferEditor.Create(ref value, _values.Length);
        _values.CopyTo(editor.Values);
        value = editor.Commit();
    }
}
