using System.Globalization;

namespace Microsoft.Data.Analysis;

/// <summary>Reads a file twice: its first rows for names and types, then all for the values.</summary>
internal sealed class CsvLoader
{
    public char Separator { get; init; }

    public bool HasHeader { get; init; }

    public string[] ColumnNames { get; init; }

    public Type[] Types { get; init; }

    /// <summary>How many rows to read at most; -1 for all.</summary>
    public long Rows { get; init; }

    /// <summary>How many records tell the types. The header is one of them.</summary>
    public int GuessRows { get; init; }

    public bool AddsIndexColumn { get; init; }

    public bool RenamesDuplicates { get; init; }

    public CultureInfo Culture { get; init; }

    public Func<IEnumerable<string>, Type> GuessType { get; init; }

    public Func<TextReader> Open { get; init; }

    public DataFrame Load()
    {
        if (Types is null && GuessRows <= 0)
            throw new ArgumentException("Either dataTypes or a positive number of guessRows must say what the columns hold.");
        var frame = new DataFrame(NewColumns());
        using (var text = Open())
        {
            foreach (var record in Data(CsvRecord.Read(text, Separator)))
                record.AppendTo(frame, Culture);
        }
        if (AddsIndexColumn)
            frame.Columns.Insert(0, new Int64DataFrameColumn("IndexColumn", Enumerable.Range(0, (int)frame.Rows.Count).Select(Convert.ToInt64)));
        return frame;
    }

    private List<DataFrameColumn> NewColumns()
    {
        using var text = Open();
        var records = CsvRecord.Read(text, Separator).Take(Math.Max(GuessRows, 1)).ToList();
        if (records.Count == 0)
            throw new FormatException("The file of comma-separated values is empty.");
        if (RenamesDuplicates)
            records[0].RenameDuplicates();
        var data = Data(records).ToList();
        var names = ColumnNames ?? (HasHeader ? records[0].Fields : null);
        var count = data.Select(record => record.Fields.Length).Append(Types?.Length ?? 0).Max();
        if (Types is not null && count > Types.Length || names is not null && count > names.Length)
        {
            throw new FormatException(
                $"The rows have {count} fields, but there are {names?.Length ?? count} names and {Types?.Length ?? count} types for them.");
        }
        return [.. Enumerable.Range(0, count).Select(i => TypedColumns.New(TypeOf(i), string.IsNullOrEmpty(names?[i]) ? $"Column{i}" : names[i]))];

        Type TypeOf(int i) => Types is null ? GuessType(data.Select(record => record[i])) : Types[i];
    }

    private IEnumerable<CsvRecord> Data(IEnumerable<CsvRecord> records)
    {
        var data = records.Skip(HasHeader ? 1 : 0);
        return Rows == -1 ? data : data.Take((int)Math.Min(Rows, int.MaxValue));
    }
}
