using Spectre.Console;

namespace FashionAE.Cli;

/// <summary>Prints a table, with borders on a terminal. A header that begins with ">" aligns its column to the right.</summary>
internal sealed class TextTable(params string[] headers)
{
    private readonly List<string[]> _rows = [[.. headers.Select(header => header.TrimStart('>'))]];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Print() => (Terminal.IsInteractive ? (Action)PrintDrawn : PrintPlain)();

    private bool IsToTheRight(int column) => headers[column].StartsWith('>');

    private void PrintDrawn()
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var (i, name) in _rows[0].Index())
            table.AddColumn(new TableColumn(Markup.Escape(name)) { Alignment = IsToTheRight(i) ? Justify.Right : Justify.Left });
        foreach (var row in _rows.Skip(1))
            table.AddRow(row.Select(Markup.Escape).ToArray());
        AnsiConsole.Write(table);
    }

    private void PrintPlain()
    {
        var widths = headers.Select((_, i) => _rows.Max(row => row[i].Length)).ToArray();
        foreach (var row in _rows)
        {
            var cells = row.Select((cell, i) => IsToTheRight(i) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            Console.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }
}
