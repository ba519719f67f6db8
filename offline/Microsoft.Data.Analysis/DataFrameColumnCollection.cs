using System.Collections.ObjectModel;

namespace Microsoft.Data.Analysis;

/// <summary>The columns of a frame: all of one length, and no two of one name.</summary>
public class DataFrameColumnCollection : Collection<DataFrameColumn>
{
    private readonly Action _columnsChanged;

    internal DataFrameColumnCollection(IEnumerable<DataFrameColumn> columns, Action columnsChanged)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _columnsChanged = columnsChanged;
        foreach (var column in columns)
            Add(column);
    }

    internal long RowCount { get; private set; }

    public DataFrameColumn this[string columnName]
    {
        get
        {
            var index = IndexOf(columnName);
            return index >= 0 ? this[index] : throw Missing(columnName, nameof(columnName));
        }
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            var index = IndexOf(columnName);
            value.SetName(columnName);
            if (index < 0)
                Add(value);
            else
                this[index] = value;
        }
    }

    public int IndexOf(string columnName)
    {
        for (var i = 0; i < Count; i++)
        {
            if (this[i].Name == columnName)
                return i;
        }
        return -1;
    }

    public void Insert<T>(int columnIndex, IEnumerable<T> column, string columnName)
        where T : unmanaged => Insert(columnIndex, new PrimitiveDataFrameColumn<T>(columnName, column));

    public void Remove(string columnName)
    {
        var index = IndexOf(columnName);
        if (index >= 0)
            RemoveAt(index);
    }

    public void RenameColumn(string currentName, string newName) => this[currentName].SetName(newName);

    public PrimitiveDataFrameColumn<T> GetPrimitiveColumn<T>(string name)
        where T : unmanaged => Get<PrimitiveDataFrameColumn<T>>(name);

    public StringDataFrameColumn GetStringColumn(string name) => Get<StringDataFrameColumn>(name);

    public BooleanDataFrameColumn GetBooleanColumn(string name) => Get<BooleanDataFrameColumn>(name);

    public ByteDataFrameColumn GetByteColumn(string name) => Get<ByteDataFrameColumn>(name);

    public SByteDataFrameColumn GetSByteColumn(string name) => Get<SByteDataFrameColumn>(name);

    public Int16DataFrameColumn GetInt16Column(string name) => Get<Int16DataFrameColumn>(name);

    public UInt16DataFrameColumn GetUInt16Column(string name) => Get<UInt16DataFrameColumn>(name);

    public Int32DataFrameColumn GetInt32Column(string name) => Get<Int32DataFrameColumn>(name);

    public UInt32DataFrameColumn GetUInt32Column(string name) => Get<UInt32DataFrameColumn>(name);

    public Int64DataFrameColumn GetInt64Column(string name) => Get<Int64DataFrameColumn>(name);

    public UInt64DataFrameColumn GetUInt64Column(string name) => Get<UInt64DataFrameColumn>(name);

    public SingleDataFrameColumn GetSingleColumn(string name) => Get<SingleDataFrameColumn>(name);

    public DoubleDataFrameColumn GetDoubleColumn(string name) => Get<DoubleDataFrameColumn>(name);

    public DateTimeDataFrameColumn GetDateTimeColumn(string name) => Get<DateTimeDataFrameColumn>(name);

    internal void CheckNewName(DataFrameColumn column, string name)
    {
        var index = IndexOf(name);
        if (index >= 0 && this[index] != column)
            throw new ArgumentException($"There is a column '{name}' already.", nameof(name));
    }

    internal void NamesChanged() => _columnsChanged();

    /// <summary>Takes the length of the columns for the number of rows, after rows were added to all of them.</summary>
    internal void RowsChanged() => RowCount = Count == 0 ? 0 : this[0].Length;

    internal ArgumentException Missing(string name, string parameter) =>
        new($"There is no column '{name}'; the columns are: {string.Join(", ", this.Select(column => column.Name))}.", parameter);

    protected override void InsertItem(int columnIndex, DataFrameColumn column)
    {
        Check(column, Count == 0 ? null : RowCount);
        CheckName(column, -1);
        base.InsertItem(columnIndex, column);
        column.AddOwner(this);
        Changed();
    }

    protected override void SetItem(int columnIndex, DataFrameColumn column)
    {
        Check(column, Count == 1 ? null : RowCount);
        CheckName(column, columnIndex);
        this[columnIndex].RemoveOwner(this);
        base.SetItem(columnIndex, column);
        column.AddOwner(this);
        Changed();
    }

    protected override void RemoveItem(int columnIndex)
    {
        this[columnIndex].RemoveOwner(this);
        base.RemoveItem(columnIndex);
        Changed();
    }

    protected override void ClearItems()
    {
        foreach (var column in this)
            column.RemoveOwner(this);
        base.ClearItems();
        Changed();
    }

    private static void Check(DataFrameColumn column, long? rows)
    {
        ArgumentNullException.ThrowIfNull(column);
        if (rows is { } count && column.Length != count)
            throw new ArgumentException($"Column '{column.Name}' has {column.Length} rows, the frame has {count}.", nameof(column));
    }

    private void CheckName(DataFrameColumn column, int indexToReplace)
    {
        var same = IndexOf(column.Name);
        if (same >= 0 && same != indexToReplace)
            throw new ArgumentException($"There is a column '{column.Name}' already.", nameof(column));
    }

    private void Changed()
    {
        RowsChanged();
        _columnsChanged();
    }

    private TColumn Get<TColumn>(string name)
        where TColumn : DataFrameColumn =>
        this[name] as TColumn
        ?? throw new ArgumentException($"Column '{name}' is a {this[name].GetType().Name}, not a {typeof(TColumn).Name}.", nameof(name));
}
