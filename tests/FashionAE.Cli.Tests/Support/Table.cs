using System.Globalization;
using CsvHelper;

namespace FashionAE.Cli.Tests.Support;

/// <summary>Reads a table that the command wrote.</summary>
internal sealed class Table
{
    public Table(string path)
    {
        using var csv = CsvReader.Create(File.OpenRead(path));
        Header = [.. csv.Headers];
        while (csv.Read())
            Rows.Add([.. Header.Select((_, i) => csv.GetString(i))]);
    }

    public string[] Header { get; }

    public List<string[]> Rows { get; } = [];

    public string[] this[string column] => [.. Rows.Select(row => row[Array.IndexOf(Header, column)])];

    /// <summary>Gets the bits of the values in some columns, row by row.</summary>
    public float[] Numbers(params string[] columns) =>
        [.. Rows.SelectMany(row => columns.Select(column => float.Parse(row[Array.IndexOf(Header, column)], CultureInfo.InvariantCulture)))];
}
