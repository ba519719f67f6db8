using System.Globalization;
using CsvHelper;

namespace Microsoft.Data.Analysis;

/// <summary>The fields of a record of a file, and the line where it begins.</summary>
internal sealed class CsvRecord(string[] fields, long line)
{
    public string[] Fields => fields;

    public string this[int index] => index < fields.Length
        ? fields[index]
        : throw new FormatException($"Line {line} has {fields.Length} fields, which is fewer than other lines have.");

    /// <summary>Blanks around fields are dropped, in quotes too, and so are empty lines.</summary>
    public static IEnumerable<CsvRecord> Read(TextReader text, char separator)
    {
        using var csv = CsvReader.Create(text, new()
        {
            Separator = separator,
            HasHeader = false,
            TrimWhitespace = true,
            MalformedData = CsvMalformedDataHandling.Throw,
            TrackLineNumbers = true,
        });
        while (Read(csv))
            yield return new CsvRecord([.. Enumerable.Range(0, csv.FieldCount).Select(i => csv.GetString(i).Trim())], csv.LineNumber);
    }

    /// <summary>Makes "x", "x" and "x" into "x", "x.1" and "x.2".</summary>
    public void RenameDuplicates()
    {
        var seen = new Dictionary<string, int>();
        for (var i = 0; i < fields.Length; i++)
        {
            var name = fields[i];
            fields[i] = seen.TryGetValue(name, out var count) ? $"{name}.{count}" : name;
            seen[name] = count + 1;
        }
    }

    public void AppendTo(DataFrame frame, CultureInfo culture)
    {
        try
        {
            frame.Append(fields, inPlace: true, culture);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new FormatException($"Line {line}: {e.Message}", e);
        }
    }

    private static bool Read(CsvReader csv)
    {
        try
        {
            return csv.Read();
        }
        catch (CsvFormatException e)
        {
            throw new FormatException($"Line {e.LineNumber}: {e.Message}", e);
        }
    }
}
