using Microsoft.ML.Runtime;
using Offline.Microsoft.ML.Tests.Transforms;

[assembly: LoadableClass(typeof(Tripler), null, typeof(SignatureLoadModel), "", Tripler.LoaderSignature)]

namespace Offline.Microsoft.ML.Tests.Transforms;

/// <summary>A transformer of another assembly that makes three rows of one, and counts what it serves.</summary>
internal sealed class Tripler : ITransformer, IDisposable
{
    public const string LoaderSignature = "TestTripler";

    private static readonly VersionInfo Version = new("TRIPLER ", 0x00010001, 0x00010001, 0x00010001, typeof(Tripler).Assembly.FullName, LoaderSignature);
    private int _served;

    public int Served => _served;

    public bool IsDisposed { get; private set; }

    public bool IsRowToRowMapper => false;

    public static Tripler Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new Tripler();
    }

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

    public IDataView Transform(IDataView input) => new View(this, input);

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new InvalidOperationException("Three rows are made of one.");

    public void Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
    }

    public void Dispose() => IsDisposed = true;

    private sealed class View(Tripler owner, IDataView input) : IDataView
    {
        public bool CanShuffle => false;

        public DataViewSchema Schema => input.Schema;

        public long? GetRowCount() => 3 * input.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
            new Cursor(owner, input.GetRowCursor(columnsNeeded));

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
            [GetRowCursor(columnsNeeded)];
    }

    private sealed class Cursor(Tripler owner, DataViewRowCursor input) : DataViewRowCursor
    {
        private long _position = -1;

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema => input.Schema;

        public override bool MoveNext()
        {
            _position++;
            if (_position % 3 == 0 && !input.MoveNext())
                return false;
            Interlocked.Increment(ref owner._served);
            return true;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter()
        {
            var getter = input.GetIdGetter();
            return (ref DataViewRowId id) =>
            {
                getter(ref id);
                for (var i = _position % 3; i > 0; i--)
                    id = id.Fork();
            };
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            input.Dispose();
            base.Dispose(disposing);
        }
    }
}
