namespace Offline.Microsoft.ML.Tests.Data;

/// <summary>Adds the column Y, twice the vector X, and records what an engine asks of it.</summary>
internal sealed class RecordingTransformer : ITransformer, IRowToRowMapper, IDisposable
{
    public bool IsRowToRowMapper { get; init; } = true;

    public List<string> Calls { get; } = [];

    public List<string> Getters { get; } = [];

    public List<long> Positions { get; } = [];

    public List<DataViewRow> Inputs { get; } = [];

    public DataViewSchema InputSchema { get; private set; }

    public DataViewSchema OutputSchema { get; private set; }

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumn("Y", new VectorDataViewType(NumberDataViewType.Single, 2));
        builder.AddColumn("Unused", NumberDataViewType.Single);
        return builder.ToSchema();
    }

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Calls.Add("GetRowToRowMapper");
        (InputSchema, OutputSchema) = (inputSchema, GetOutputSchema(inputSchema));
        return this;
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Calls.Add("GetRow " + string.Join(",", activeColumns.Select(c => c.Name)));
        Inputs.Add(input);
        return new Row(this, input);
    }

    public IDataView Transform(IDataView input) => throw new NotSupportedException();

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) => throw new NotSupportedException();

    public void Save(ModelSaveContext ctx) => throw new NotSupportedException();

    public void Dispose() => Calls.Add("Dispose");

    private sealed class Row(RecordingTransformer transformer, DataViewRow input) : DataViewRow
    {
        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => transformer.OutputSchema;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            transformer.Getters.Add(column.Name);
            if (column.Index < transformer.InputSchema.Count)
                return input.GetGetter<TValue>(transformer.InputSchema[column.Index]);
            var getter = input.GetGetter<VBuffer<float>>(transformer.InputSchema["X"]);
            VBuffer<float> x = default;
            return (ValueGetter<TValue>)(Delegate)(ValueGetter<VBuffer<float>>)((ref VBuffer<float> y) =>
            {
                transformer.Positions.Add(Position);
                getter(ref x);
                var editor = VBufferEditor.Create(ref y, x.Length);
                for (var i = 0; i < x.Length; i++)
                    editor.Values[i] = 2 * x.GetItemOrDefault(i);
                y = editor.Commit();
            });
        }
    }
}
