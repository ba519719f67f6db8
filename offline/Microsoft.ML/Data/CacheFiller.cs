namespace Microsoft.ML.Data;

/// <summary>A thread that reads some columns of a view into memory.</summary>
internal sealed class CacheFiller
{
    private readonly object _gate = new();
    private readonly Dictionary<int, ColumnStore> _stores;
    private int _count;
    private bool _isDone;
    private Exception _exception;

    /// <summary>Initializes a new instance of the <see cref="CacheFiller"/> class and starts it.</summary>
    /// <param name="input">The view.</param>
    /// <param name="columns">The columns of the view, by the numbers under which their stores can be found.</param>
    public CacheFiller(IDataView input, Dictionary<int, DataViewSchema.Column> columns)
    {
        var cursor = input.GetRowCursor(columns.Values);
        _stores = columns.ToDictionary(c => c.Key, c => ColumnStore.Create(cursor, c.Value));
        new Thread(() => Fill(cursor)) { IsBackground = true, Name = "Cache filler" }.Start();
    }

    public long? RowCountOrNull
    {
        get
        {
            lock (_gate)
                return _isDone && _exception is null ? _count : null;
        }
    }

    public ColumnStore StoreOf(int column) => _stores[column];

    /// <summary>Waits until the row is there, or known not to come.</summary>
    /// <exception cref="InvalidOperationException">The view failed.</exception>
    public bool WaitFor(int row)
    {
        if (row < Volatile.Read(ref _count))
            return true;
        lock (_gate)
        {
            while (row >= _count && !_isDone)
                Monitor.Wait(_gate);
            if (row < _count)
                return true;
            return _exception is null ? false : throw new InvalidOperationException("Event we were waiting on was subject to an exception", _exception);
        }
    }

    /// <summary>Waits for the last row and returns the number of rows.</summary>
    public int WaitForAll()
    {
        WaitFor(int.MaxValue);
        return _count;
    }

    private void Fill(DataViewRowCursor cursor)
    {
        Exception exception = null;
        try
        {
            using (cursor)
            {
                for (var row = 0; cursor.MoveNext(); row++)
                {
                    foreach (var store in _stores.Values)
                        store.Put(row);
                    Publish(row + 1);
                }
            }
        }
        catch (Exception e)
        {
            exception = e;
        }
        lock (_gate)
        {
            (_isDone, _exception) = (true, exception);
            Monitor.PulseAll(_gate);
        }
    }

    private void Publish(int count)
    {
        lock (_gate)
        {
            Volatile.Write(ref _count, count);
            Monitor.PulseAll(_gate);
        }
    }
}
