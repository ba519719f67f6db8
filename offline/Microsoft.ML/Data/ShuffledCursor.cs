using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>
/// Serves the rows of its input in the order in which it draws them from a pool. Other threads move the input, a block of rows ahead.
/// It does not dispose its input, which a thread may be moving; nor does the cursor of the package.
/// </summary>
internal sealed class ShuffledCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _input;
    private readonly Random _rand;
    private readonly int _poolSize;
    private readonly int _blockSize;
    private readonly ColumnStore[] _stores;
    private readonly ColumnStore<DataViewRowId> _ids;
    private readonly Stack<int> _free;
    private readonly List<int> _pool = [];
    private readonly Queue<int> _waiting = new();
    private Task<List<int>> _reading;
    private int _place = -1;
    private long _position = -1;
    private bool _ended;

    public ShuffledCursor(DataViewRowCursor input, StorableColumns columns, Random rand, int poolSize)
    {
        (_input, _rand, _poolSize, _blockSize) = (input, rand, poolSize, Math.Min(poolSize, 64));
        Schema = columns.Schema;
        _stores = Schema.Select(c => columns.SourceOf(c.Index)).Select(c => input.IsColumnActive(c) ? ColumnStore.Create(input, c) : null).ToArray();
        _ids = new ColumnStore<DataViewRowId>(input.GetIdGetter());
        // One place for the current row, the pool, a block that waits to get into it, and a block that is being read.
        _free = new Stack<int>(Enumerable.Range(0, checked(1 + poolSize + 2 * _blockSize)).Reverse());
    }

    public override long Position => _position;

    public override long Batch => 0;

    public override DataViewSchema Schema { get; }

    private int Place => _position >= 0 ? _place : throw Contracts.NoRow();

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        (uint)column.Index < (uint)_stores.Length && _stores[column.Index] is not null;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw Contracts.Inactive();
        return _stores[column.Index].MakeGetter(() => Place) as ValueGetter<TValue> ?? throw Contracts.WrongGetter(typeof(TValue));
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ValueGetter<DataViewRowId>)_ids.MakeGetter(() => Place);

    public override bool MoveNext()
    {
        if (_ended)
            return false;
        if (_place >= 0)
            _free.Push(_place);
        _reading ??= Read();
        while (_pool.Count < _poolSize && TakeRow())
        {
        }
        if (_pool.Count == 0)
        {
            Dispose();
            return false;
        }
        var drawn = _rand.Next(_pool.Count);
        _place = _pool[drawn];
        _pool[drawn] = _pool[^1];
        _pool.RemoveAt(_pool.Count - 1);
        _position++;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        (_ended, _position) = (true, -1);
        base.Dispose(disposing);
    }

    /// <summary>Moves the next row into the pool, and has more read when none waits. False when the input has ended.</summary>
    private bool TakeRow()
    {
        if (_waiting.Count == 0)
        {
            var block = Finish(_reading);
            block.ForEach(_waiting.Enqueue);
            _reading = block.Count < _blockSize ? Task.FromResult<List<int>>([]) : Read();
        }
        if (!_waiting.TryDequeue(out var place))
            return false;
        _pool.Add(place);
        return true;
    }

    private Task<List<int>> Read()
    {
        var places = Enumerable.Range(0, _blockSize).Select(_ => _free.Pop()).ToArray();
        return Task.Run(() =>
        {
            var filled = new List<int>(places.Length);
            foreach (var place in places)
            {
                if (!_input.MoveNext())
                    break;
                foreach (var store in _stores)
                    store?.Put(place);
                _ids.Put(place);
                filled.Add(place);
            }
            return filled;
        });
    }

    private static List<int> Finish(Task<List<int>> reading)
    {
        try
        {
            return reading.GetAwaiter().GetResult();
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException("Shuffle input cursor reader failed with an exception", exception);
        }
    }
}
