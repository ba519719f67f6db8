using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Adds columns that a function of the user's computes, once for a row and only if one of them is asked for.</summary>
internal sealed class CustomMapper<TSrc, TDst> : IRowToRowMapper
    where TSrc : class, new()
    where TDst : class, new()
{
    private readonly Action<TSrc, TDst> _mapAction;
    private readonly RowWriter<TSrc> _writer;
    private readonly RowReader<TDst> _reader;

    public CustomMapper(Action<TSrc, TDst> mapAction, DataViewSchema inputSchema, RowWriter<TSrc> writer, RowReader<TDst> reader)
    {
        (_mapAction, InputSchema, _writer, _reader) = (mapAction, inputSchema, writer, reader);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(reader.Schema);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = ActiveColumns.Of(OutputSchema, dependingColumns);
        if (needed.AsSpan(InputSchema.Count).Contains(true))
            foreach (var column in _writer.Columns)
                needed[column.Index] = true;
        return InputSchema.Where(c => needed[c.Index]).ToList();
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new Row(this, input, ActiveColumns.Of(OutputSchema, activeColumns));

    private sealed class Row(CustomMapper<TSrc, TDst> mapper, DataViewRow input, bool[] active) : DataViewRow
    {
        private readonly TSrc _source = new();
        private readonly TDst _target = new();
        private readonly RowSlot<TDst> _slot = new();
        private Action<TSrc> _fill;
        private long _position = -1;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => mapper.OutputSchema;

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Has(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw Contracts.Inactive();
            var added = column.Index - mapper.InputSchema.Count;
            if (added < 0)
                return input.GetGetter<TValue>(mapper.InputSchema[column.Index]);
            _fill ??= mapper._writer.Bind(input);
            var getter = mapper._reader.MakeGetter<TValue>(_slot, added);
            return (ref TValue value) =>
            {
                Refresh();
                getter(ref value);
            };
        }

        private void Refresh()
        {
            if (_position == input.Position)
                return;
            _fill(_source);
            mapper._mapAction(_source, _target);
            (_slot.Row, _position) = (_target, input.Position);
        }
    }
}
