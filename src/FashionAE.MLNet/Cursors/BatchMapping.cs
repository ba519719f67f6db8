using System.Reflection;
using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>Adds columns to a schema whose values are computed a batch of rows at a time.</summary>
internal abstract class BatchMapping
{
    /// <param name="inputSchema">The schema of the input.</param>
    /// <param name="added">The columns to add.</param>
    /// <param name="batchSize">How many rows of the input make a batch.</param>
    /// <param name="copies">How many rows each of them becomes.</param>
    protected BatchMapping(DataViewSchema inputSchema, IEnumerable<DataViewSchema.DetachedColumn> added, int batchSize, int copies = 1)
    {
        (InputSchema, BatchSize, Copies) = (inputSchema, batchSize, copies);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(added);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    /// <summary>Gets the input's columns at their indices, then those that are added.</summary>
    public DataViewSchema OutputSchema { get; }

    public int BatchSize { get; }

    public int Copies { get; }

    /// <summary>Gets a value indicating whether views leave out rows that a batch does not keep.</summary>
    public virtual bool DropsRows => false;

    /// <summary>Makes what computes for one cursor or row.</summary>
    /// <param name="isActive">Which of the added columns may be asked for.</param>
    /// <param name="capacity">The most rows of a batch.</param>
    public abstract RowBatch CreateBatch(Func<int, bool> isActive, int capacity);

    /// <summary>The input columns that an added column is computed from.</summary>
    public abstract IEnumerable<int> Sources(int added);

    /// <summary>Which columns of the output, by index, are among those given.</summary>
    public bool[] Activate(IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[OutputSchema.Count];
        foreach (var column in columns)
            active[IndexOf(column)] = true;
        return active;
    }

    public bool AddsAny(bool[] active) => active.AsSpan(InputSchema.Count).Contains(true);

    /// <summary>Whether a cursor has something to compute, rather than to pass on the input's rows.</summary>
    public bool Computes(bool[] active) => AddsAny(active) || DropsRows;

    /// <summary>The input columns that have to be active for those of the output.</summary>
    public IEnumerable<DataViewSchema.Column> InputsFor(bool[] active)
    {
        var needed = active[..InputSchema.Count];
        for (var added = 0; added < OutputSchema.Count - InputSchema.Count; added++)
            if (active[InputSchema.Count + added] || DropsRows)
                foreach (var source in Sources(added))
                    needed[source] = true;
        return InputSchema.Where(c => needed[c.Index]);
    }

    /// <exception cref="ArgumentOutOfRangeException">The column is not of the output schema.</exception>
    public int IndexOf(DataViewSchema.Column column) =>
        (uint)column.Index < (uint)OutputSchema.Count && OutputSchema[column.Index].Name == column.Name
            ? column.Index
            : throw new ArgumentOutOfRangeException(nameof(column), $"There is no column '{column.Name}' at index {column.Index} in this schema.");
}

/// <summary>
/// Computes columns for a batch of rows at once. It belongs to one cursor or row, and is used by one thread at a time. It keeps nothing
/// native between calls: ML.NET has operators that dispose no cursor, and engines that dispose no row.
/// </summary>
internal abstract class RowBatch
{
    /// <summary>Gives memory back for the next cursor's use; where nobody calls it the garbage collector takes it.</summary>
    public virtual void Release()
    {
    }

    /// <summary>Gets the getters of what is needed of the input's rows.</summary>
    /// <param name="input">The row or cursor to read from.</param>
    public abstract void Bind(DataViewRow input);

    /// <summary>Takes what is needed of the input's current row.</summary>
    /// <param name="place">The place in the batch.</param>
    public abstract void Read(int place);

    /// <summary>Begins a batch whose rows have all been read; nothing is computed before a getter asks.</summary>
    /// <param name="count">The number of rows.</param>
    public virtual void Begin(int count)
    {
    }

    /// <summary>Whether a view has a row of the batch, or leaves it out.</summary>
    public virtual bool Keeps(int row) => true;

    /// <summary>Makes a getter for the row of a slot.</summary>
    /// <param name="output">The index of the column among those that the mapping adds.</param>
    /// <param name="slot">Says which row is asked for; where a row becomes several, its copies follow each other.</param>
    /// <returns>A <see cref="ValueGetter{TValue}"/> of the column's raw type.</returns>
    public abstract Delegate MakeGetter(int output, RowSlot slot);
}

/// <summary>The getters of the columns of a mapping's output that are active, each made when it is first asked for.</summary>
internal sealed class MappedColumns(BatchMapping mapping, bool[] active, Func<int, Delegate> make)
{
    private readonly Delegate?[] _getters = new Delegate?[active.Length];

    public bool IsActive(DataViewSchema.Column column) => active[mapping.IndexOf(column)];

    /// <exception cref="ArgumentOutOfRangeException">The column is not active.</exception>
    /// <exception cref="InvalidOperationException">Its values are of another type.</exception>
    public ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column)
    {
        var index = mapping.IndexOf(column);
        if (!active[index])
            throw new ArgumentOutOfRangeException(nameof(column), "requested column not active");
        if (mapping.OutputSchema[index].Type.RawType != typeof(TValue))
            throw new InvalidOperationException($"Invalid TValue in GetGetter: '{typeof(TValue)}'; column '{column.Name}' has {mapping.OutputSchema[index].Type}.");
        return (ValueGetter<TValue>)(_getters[index] ??= make(index));
    }
}

/// <summary>A row's getter of a column whose type is known only when the program runs.</summary>
internal static class InputGetter
{
    private static readonly MethodInfo GetMethod = typeof(InputGetter).GetMethod(nameof(Get), BindingFlags.Static | BindingFlags.NonPublic)!;

    public static Delegate Of(DataViewRow row, DataViewSchema.Column column) => (Delegate)GetMethod
        .MakeGenericMethod(column.Type.RawType).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [row, column], null)!;

    private static ValueGetter<T> Get<T>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<T>(column);
}
