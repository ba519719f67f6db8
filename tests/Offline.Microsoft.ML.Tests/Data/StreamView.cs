using System.Collections.Concurrent;

namespace Offline.Microsoft.ML.Tests.Data;

/// <summary>A view that computes its rows as it goes and records what is asked of it. It does not shuffle.</summary>
/// <param name="rows">The number of rows; null for a view without end.</param>
internal sealed class StreamView(long? rows) : IDataView
{
    public const int VectorSize = 4;

    private int _opened;
    private int _disposed;
    private int _moves;

    public DataViewSchema Schema { get; } = MakeSchema();

    public bool CanShuffle { get; init; }

    public bool HidesRowCount { get; init; }

    /// <summary>The first row that cannot be read.</summary>
    public long FailsAt { get; init; } = long.MaxValue;

    public int Opened => _opened;

    public int Disposed => _disposed;

    public int Moves => _moves;

    /// <summary>The columns of each cursor that was opened.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public ConcurrentQueue<string> Getters { get; } = new();

    public ConcurrentDictionary<int, bool> MovingThreads { get; } = new();

    public Random LastRandom { get; private set; }

    public static DataViewRowId IdOf(long row) => new DataViewRowId((ulong)row, 77).Fork();

    public static string LabelOf(long row) => "row " + row;

    public static float[] VectorOf(long row) => Enumerable.Range(0, VectorSize).Select(i => row + i / 10f).ToArray();

    private long End => rows ?? long.MaxValue;

    public long? GetRowCount() => HidesRowCount ? null : rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        Interlocked.Increment(ref _opened);
        LastRandom = rand;
        var names = columnsNeeded.Select(c => c.Name).Order().ToArray();
        Asked.Enqueue(string.Join(",", names));
        return new Cursor(this, names);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private static DataViewSchema MakeSchema()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Id", NumberDataViewType.Int32);
        builder.AddColumn("X", new VectorDataViewType(NumberDataViewType.Single, VectorSize));
        builder.AddColumn("Label", TextDataViewType.Instance);
        builder.AddColumn("Half", NumberDataViewType.Single);
        return builder.ToSchema();
    }

    private sealed class Cursor(StreamView view, string[] active) : DataViewRowCursor
    {
        private long _position = -1;
        private bool _ended;

        public override long Position => _position;

        public override long Batch => _position / 64;

        public override DataViewSchema Schema => view.Schema;

        public override bool MoveNext()
        {
            Interlocked.Increment(ref view._moves);
            view.MovingThreads[Environment.CurrentManagedThreadId] = true;
            if (_position + 1 >= view.FailsAt)
                throw new NotSupportedException("row " + view.FailsAt);
            _ended = _ended || _position + 1 >= view.End;
            _position = _ended ? -1 : _position + 1;
            return !_ended;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Name);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = IdOf(_position);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            view.Getters.Enqueue(column.Name);
            if (!IsColumnActive(column))
                throw new ArgumentOutOfRangeException(nameof(column), "requested column not active");
            Delegate getter = column.Name switch
            {
                "Id" => (ValueGetter<int>)((ref int value) => value = (int)_position),
                "Half" => (ValueGetter<float>)((ref float value) => value = _position / 2f),
                "Label" => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = LabelOf(_position).AsMemory()),
                _ => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => VBuffer<float>.Copy(VectorOf(_position), 0, ref value, VectorSize)),
            };
            return getter as ValueGetter<TValue> ?? throw new InvalidOperationException($"Invalid TValue in GetGetter: '{typeof(TValue)}'");
        }

        protected override void Dispose(bool disposing)
        {
            Interlocked.Increment(ref view._disposed);
            base.Dispose(disposing);
        }
    }
}
