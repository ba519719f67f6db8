using Spectre.Console;

namespace FashionAE.Cli.Output;

/// <summary>A table: drawn on a terminal, columns of plain text elsewhere.</summary>
internal sealed class TextTable(params string[] headers)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Headers that begin with ">" are of columns aligned to the right.</summary>
    public void Print()
    {
        var rightAligned = headers.Select(header => header.StartsWith('>')).ToArray();
        var names = headers.Select(header => header.TrimStart('>')).ToArray();
        if (Terminal.IsInteractive)
            PrintDrawn(names, rightAligned);
        else
            PrintPlain(names, rightAligned);
    }

    private void PrintDrawn(string[] names, bool[] rightAligned)
    {
        var table = new Table().Border(TableBorder.Rounded);
        for (var i = 0; i < names.Length; i++)
            table.AddColumn(new TableColumn(Markup.Escape(names[i])) { Alignment = rightAligned[i] ? Justify.Right : Justify.Left });
        foreach (var row in _rows)
            table.AddRow(row.Select(Markup.Escape).ToArray());
        AnsiConsole.Write(table);
    }

    private void PrintPlain(string[] names, bool[] rightAligned)
    {
        List<string[]> lines = [names, .. _rows];
        var widths = names.Select((_, i) => lines.Max(line => line[i].Length)).ToArray();
        foreach (var line in lines)
        {
            var cells = line.Select((cell, i) => rightAligned[i] ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            Console.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }
}
