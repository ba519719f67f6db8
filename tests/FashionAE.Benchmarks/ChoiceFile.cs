using System.Globalization;

namespace FashionAE.Benchmarks;

/// <summary>A CSV file of results. Each line is written immediately: an interruption loses at most the running measurement.</summary>
internal sealed class ChoiceFile
{
    private readonly string _path;
    private readonly List<string> _lines;

    public ChoiceFile(string folder, string name, string header)
    {
        Directory.CreateDirectory(folder);
        _path = Path.Combine(folder, name + ".csv");
        if (!File.Exists(_path))
            File.WriteAllText(_path, header + "\n");
        _lines = [.. File.ReadLines(_path)];
    }

    public bool Has(string start) => _lines.Exists(line => line.StartsWith(start, StringComparison.Ordinal));

    public void Add(FormattableString line)
    {
        var text = line.ToString(CultureInfo.InvariantCulture);
        _lines.Add(text);
        File.AppendAllText(_path, text + "\n");
        Console.WriteLine(text);
    }
}
