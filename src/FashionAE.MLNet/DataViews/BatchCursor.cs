using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.DataViews;

/// <summary>
/// Reads a batch of rows ahead of where it stands, so that added columns are computed for all of them at once, and keeps of each what
/// may be asked for: position, batch, id and the active columns.
/// </summary>
internal sealed class BatchCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _input;
    private readonly BatchMapping _mapping;
    private readonly MappedColumns _columns;
    private readonly RowSlot _slot = new();
    private readonly RowBatch _batch;
    private readonly ColumnBuffer?[] _buffers;
    private readonly ValueGetter<DataViewRowId> _readId;
    private readonly (long Position, long Batch)[] _places;
    private readonly DataViewRowId[] _ids;
    private bool _inputEnded;
    private ExceptionDispatchInfo? _failure;

    public BatchCursor(DataViewRowCursor input, BatchMapping mapping, bool[] active)
    {
        (_input, _mapping) = (input, mapping);
        var (passed, capacity) = (mapping.InputSchema.Count, mapping.BatchSize);
        _batch = mapping.CreateBatch(added => active[passed + added], capacity);
        try
        {
            _batch.Bind(input);
            _buffers = [.. mapping.InputSchema.Select(c => active[c.Index] ? ColumnBuffer.Create(input, c, _slot, capacity) : null)];
            _readId = input.GetIdGetter();
        }
        catch
        {
            input.Dispose();
            throw;
        }
        (_places, _ids) = (new (long, long)[capacity], new DataViewRowId[capacity]);
        _columns = new MappedColumns(mapping, active, index => index < passed ? _buffers[index]!.Getter : _batch.MakeGetter(index - passed, _slot));
    }

    public override long Position => (uint)_slot.Index < (uint)_slot.Count ? _places[_slot.Index].Position : -1;

    public override long Batch => (uint)_slot.Index < (uint)_slot.Count ? _places[_slot.Index].Batch : 0;

    public override DataViewSchema Schema => _mapping.OutputSchema;

    public override bool MoveNext()
    {
        if (++_slot.Index < _slot.Count)
            return true;
        (_slot.Index, _slot.Count) = (-1, 0);
        if (_failure is null && !_inputEnded)
            ReadAhead();
        if (_slot.Count == 0)
        {
            _failure?.Throw();
            return false;
        }
        _batch.Begin(_slot.Count);
        _slot.Index = 0;
        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[_slot.Current];

    public override bool IsColumnActive(DataViewSchema.Column column) => _columns.IsActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _columns.Getter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            (_slot.Index, _slot.Count, _inputEnded) = (-1, 0, true);
            _input.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>Fills the batch. A failure of the input waits until the rows before it have been served.</summary>
    private void ReadAhead()
    {
        var count = 0;
        try
        {
            while (count < _places.Length)
            {
                if (!_input.MoveNext())
                {
                    _inputEnded = true;
                    break;
                }
                _places[count] = (_input.Position, _input.Batch);
                _readId(ref _ids[count]);
                foreach (var buffer in _buffers)
                    buffer?.Read(count);
                _batch.Read(count);
                count++;
            }
        }
#pragma warning disable CA1031 // It is thrown again, unchanged, in its turn.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }
        _slot.Count = count;
    }
}
