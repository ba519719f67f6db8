using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Maps single rows, for example for a prediction engine.</summary>
internal sealed class RowMapper(BatchMapping mapping, StepLog log) : IRowToRowMapper
{
    public DataViewSchema InputSchema => mapping.InputSchema;

    public DataViewSchema OutputSchema => mapping.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        mapping.InputsFor(mapping.Activate(dependingColumns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new MappedRow(input, mapping, mapping.Activate(activeColumns), log);
}

/// <summary>A row with the columns that a mapping adds. They are computed again when the input's position has changed.</summary>
internal sealed class MappedRow : DataViewRow
{
    private readonly DataViewRow _input;
    private readonly SharedRow _shared;
    private readonly BatchMapping _mapping;
    private readonly MappedColumns _columns;
    private readonly RowSlot _slot;
    private readonly RowBatch _batch;
    private long? _position;
    private bool _isBound;

    public MappedRow(DataViewRow input, BatchMapping mapping, bool[] active, StepLog log)
    {
        (_input, _mapping, _slot) = (input, mapping, new RefreshingSlot(this));
        _shared = new SharedRow(input, () => input.Position);
        var passed = mapping.InputSchema.Count;
        _batch = mapping.CreateBatch(active, capacity: 1, log);
        _columns = new MappedColumns(mapping, active, index => index < passed
            ? InputGetter.Of(_shared, mapping.InputSchema[index])
            : Added(index - passed));
    }

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override DataViewSchema Schema => _mapping.OutputSchema;

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _columns.IsActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _columns.Getter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }

    private Delegate Added(int added)
    {
        if (!_isBound)
            _batch.Bind(_shared);
        _isBound = true;
        return _batch.MakeGetter(added, _slot);
    }

    private void Refresh()
    {
        if (_position == _input.Position)
            return;
        _batch.Read(0);
        _batch.Begin(1);
        _position = _input.Position;
    }

    private sealed class RefreshingSlot(MappedRow row) : RowSlot
    {
        public override int ReadCurrent()
        {
            row.Refresh();
            return 0;
        }
    }
}
