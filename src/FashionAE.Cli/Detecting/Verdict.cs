using System.Drawing;
using CsvHelper;

namespace FashionAE.Cli;

/// <summary>What a detector says of a picture.</summary>
/// <param name="File">The picture's name in its folder.</param>
/// <param name="Score">How much of an anomaly it is.</param>
/// <param name="Probability">The probability that it is one.</param>
/// <param name="IsAnomaly">Whether the score is above the threshold.</param>
/// <param name="Place">The box of the largest marked region, in the picture's own pixels; null where the picture is normal.</param>
internal sealed record Verdict(string File, float Score, float Probability, bool IsAnomaly, Rectangle? Place)
{
    // Names come from outside: in a spreadsheet none of them shall run as a formula.
    private static readonly CsvWriterOptions Table = new() { Injection = CsvInjection.Escape };

    /// <summary>Writes verdicts as a table, atomically.</summary>
    public static void Write(IEnumerable<Verdict> verdicts, string path) => AtomicFile.Write(path, stream =>
    {
        using var csv = CsvWriter.Create(stream, Table, leaveOpen: true);
        csv.WriteHeader("File", "Score", "Probability", "Anomaly", "X", "Y", "Width", "Height");
        foreach (var verdict in verdicts)
        {
            csv.WriteField(verdict.File);
            csv.WriteField(verdict.Score);
            csv.WriteField(verdict.Probability);
            csv.WriteField(verdict.IsAnomaly ? "True" : "False");
            foreach (var number in verdict.Place is { } box ? [box.X, box.Y, box.Width, box.Height] : new int?[4])
                csv.WriteField($"{number}");
            csv.EndRecord();
        }
    });
}
