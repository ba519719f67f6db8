using System.Globalization;
using System.Text;

namespace Microsoft.Data.Analysis;

public partial class DataFrame
{
    /// <summary>Reads a file of comma-separated values, whose encoding is UTF-8 unless it or <paramref name="encoding"/> says otherwise.</summary>
    public static DataFrame LoadCsv(
        string filename, char separator = ',', bool header = true, string[] columnNames = null, Type[] dataTypes = null, int numRows = -1,
        int guessRows = 10, bool addIndexColumn = false, Encoding encoding = null, bool renameDuplicatedColumns = false, CultureInfo cultureInfo = null)
    {
        using var stream = new FileStream(filename, FileMode.Open, FileAccess.Read);
        return LoadCsv(
            stream, separator, header, columnNames, dataTypes, numRows, guessRows, addIndexColumn, encoding, renameDuplicatedColumns, cultureInfo);
    }

    public static DataFrame LoadCsv(
        Stream csvStream, char separator = ',', bool header = true, string[] columnNames = null, Type[] dataTypes = null,
        long numberOfRowsToRead = -1, int guessRows = 10, bool addIndexColumn = false, Encoding encoding = null,
        bool renameDuplicatedColumns = false, CultureInfo cultureInfo = null, Func<IEnumerable<string>, Type> guessTypeFunction = null)
    {
        ArgumentNullException.ThrowIfNull(csvStream);
        if (!csvStream.CanSeek)
            throw new ArgumentException("The stream is read twice, so it must be able to seek: copy it to a MemoryStream first.", nameof(csvStream));
        var start = csvStream.Position;
        return Load(
            Open, separator, header, columnNames, dataTypes, numberOfRowsToRead, guessRows, addIndexColumn, renameDuplicatedColumns, cultureInfo,
            guessTypeFunction);

        StreamReader Open()
        {
            csvStream.Position = start;
            return new StreamReader(csvStream, encoding ?? Encoding.UTF8, leaveOpen: true);
        }
    }

    public static DataFrame LoadCsvFromString(
        string csvString, char separator = ',', bool header = true, string[] columnNames = null, Type[] dataTypes = null,
        long numberOfRowsToRead = -1, int guessRows = 10, bool addIndexColumn = false, bool renameDuplicatedColumns = false,
        CultureInfo cultureInfo = null, Func<IEnumerable<string>, Type> guessTypeFunction = null)
    {
        ArgumentNullException.ThrowIfNull(csvString);
        return Load(
            () => new StringReader(csvString), separator, header, columnNames, dataTypes, numberOfRowsToRead, guessRows, addIndexColumn,
            renameDuplicatedColumns, cultureInfo, guessTypeFunction);
    }

    public static void SaveCsv(
        DataFrame dataFrame, string path, char separator = ',', bool header = true, Encoding encoding = null, CultureInfo cultureInfo = null)
    {
        using var stream = new FileStream(path, FileMode.Create);
        SaveCsv(dataFrame, stream, separator, header, encoding, cultureInfo);
    }

    /// <summary>As in the package, the encoding is ASCII unless another is given: characters outside it become question marks.</summary>
    public static void SaveCsv(
        DataFrame dataFrame, Stream csvStream, char separator = ',', bool header = true, Encoding encoding = null, CultureInfo cultureInfo = null)
    {
        ArgumentNullException.ThrowIfNull(csvStream);
        var culture = cultureInfo ?? CultureInfo.CurrentCulture;
        if (culture.NumberFormat.NumberDecimalSeparator == separator.ToString())
            throw new ArgumentException($"The culture writes '{separator}' in numbers: choose another separator of columns.", nameof(separator));
        using var writer = new StreamWriter(csvStream, encoding ?? Encoding.ASCII, leaveOpen: true);
        using var csv = CsvHelper.CsvWriter.Create(writer, new() { Separator = separator, NewLine = Environment.NewLine }, leaveOpen: true);
        if (dataFrame is null)
            return;
        if (header)
            csv.WriteRecord(dataFrame.Columns.Select(column => column.Name).ToArray());
        for (var row = 0L; row < dataFrame.Rows.Count; row++)
            csv.WriteRecord(dataFrame.Columns.Select(column => column.Format(row, culture)).ToArray());
    }

    private static DataFrame Load(
        Func<TextReader> open, char separator, bool header, string[] columnNames, Type[] dataTypes, long rows, int guessRows, bool addIndexColumn,
        bool renameDuplicatedColumns, CultureInfo culture, Func<IEnumerable<string>, Type> guessType) => new CsvLoader
        {
            Open = open,
            Separator = separator,
            HasHeader = header,
            ColumnNames = columnNames,
            Types = dataTypes,
            Rows = rows,
            GuessRows = guessRows,
            AddsIndexColumn = addIndexColumn,
            RenamesDuplicates = renameDuplicatedColumns,
            Culture = culture,
            GuessType = guessType ?? CsvTypes.Guess,
        }.Load();
}
