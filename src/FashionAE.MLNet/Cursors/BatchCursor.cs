using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>
/// Reads a batch of rows ahead, so that added columns are computed for all of them together. For each row, it buffers the active columns,
/// the position, the id and ML.NET's batch number. If an active column cannot be buffered, such as a column of images, each batch has one
/// row: the input is then at the cursor's row, and the input's getter serves that column.
/// </summary>
internal sealed class BatchCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _input;
    private readonly BatchMapping _mapping;
    private readonly MappedColumns _columns;
    // The current output row of the batch, and the input row that it belongs to.
    private readonly RowSlot _row = new();
    private readonly InputRowSlot _inputRow;
    private readonly RowBatch? _batch;
    private readonly ColumnBuffer?[] _buffers;
    private readonly ValueGetter<DataViewRowId> _readId;
    private readonly (long Position, long Batch)[] _places;
    private readonly DataViewRowId[] _ids;
    private long _rowsRead;
    private bool _inputEnded;
    private ExceptionDispatchInfo? _failure;

    public BatchCursor(DataViewRowCursor input, BatchMapping mapping, bool[] active, StepLog log)
    {
        (_input, _mapping, _inputRow) = (input, mapping, new InputRowSlot(_row, mapping.Copies));
        var passed = mapping.InputSchema.Count;
        var capacity = mapping.InputSchema.All(c => !active[c.Index] || ColumnBuffer.CanKeep(c.Type)) ? mapping.BatchSize : 1;
        _batch = mapping.Computes(active) ? mapping.CreateBatch(active, capacity, log) : null;
        var shared = new SharedRow(input, () => _rowsRead);
        _batch?.Bind(shared);
        _buffers = [.. mapping.InputSchema.Select(c => active[c.Index] && ColumnBuffer.CanKeep(c.Type)
            ? ColumnBuffer.Create(c.Type, InputGetter.Of(shared, c), _inputRow, capacity)
            : null)];
        _readId = input.GetIdGetter();
        (_places, _ids) = (new (long, long)[capacity], new DataViewRowId[capacity]);
        _columns = new MappedColumns(mapping, active, index => index < passed
            ? _buffers[index]?.Getter ?? InputGetter.Of(input, mapping.InputSchema[index])
            : _batch!.MakeGetter(index - passed, _row));
    }

    public override long Position => _row.IsAtRow
        ? _places[_inputRow.ReadCurrent()].Position * _mapping.Copies + _row.Index % _mapping.Copies
        : -1;

    public override long Batch => _row.IsAtRow ? _places[_inputRow.ReadCurrent()].Batch : 0;

    public override DataViewSchema Schema => _mapping.OutputSchema;

    public override bool MoveNext()
    {
        while (MoveToNextRow())
            if (!_mapping.DropsRows || _batch!.Keeps(_row.Index))
                return true;
        return false;
    }

    // Each row needs a unique id that does not depend on the order of the rows.
    public override ValueGetter<DataViewRowId> GetIdGetter() => _mapping.Copies == 1
        ? (ref DataViewRowId id) => id = _ids[_row.ReadCurrent()]
        : (ref DataViewRowId id) =>
        {
            var copy = (ulong)(_row.ReadCurrent() % _mapping.Copies);
            id = _ids[_inputRow.ReadCurrent()].Combine(new DataViewRowId(copy + 1, 0));
        };

    public override bool IsColumnActive(DataViewSchema.Column column) => _columns.IsActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _columns.Getter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _row.Count = 0;
            _inputEnded = true;
            _batch?.Release();
            _input.Dispose();
        }
        base.Dispose(disposing);
    }

    private bool MoveToNextRow()
    {
        if (++_row.Index < _row.Count)
            return true;
        _row.Count = 0;
        var count = _failure is null && !_inputEnded ? ReadAhead() : 0;
        if (count == 0)
        {
            _failure?.Throw();
            return false;
        }
        _batch?.Begin(count);
        (_row.Index, _row.Count) = (0, count * _mapping.Copies);
        return true;
    }

    /// <summary>Fills the batch. If the input throws, the exception waits until the rows before it have been served.</summary>
    private int ReadAhead()
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
                _rowsRead++;
                _places[count] = (_input.Position, _input.Batch);
                _readId(ref _ids[count]);
                foreach (var buffer in _buffers)
                    buffer?.Read(count);
                _batch?.Read(count);
                count++;
            }
        }
#pragma warning disable CA1031 // The exception is rethrown unchanged after the rows before it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }
        return count;
    }
}
