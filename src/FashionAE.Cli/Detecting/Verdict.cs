using System.Drawing;
using CsvHelper;

namespace FashionAE.Cli;

/// <summary>The result of a detector for one picture.</summary>
/// <param name="File">The path of the picture relative to its folder.</param>
/// <param name="Score">The anomaly score.</param>
/// <param name="Probability">The probability of an anomaly.</param>
/// <param name="IsAnomaly">Whether the score is above the threshold.</param>
/// <param name="Place">The box of the largest marked region, in pixels of the file; null for a normal picture or an empty mask.</param>
internal sealed record Verdict(string File, float Score, float Probability, bool IsAnomaly, Rectangle? Place)
{
    // File names are not trusted: a spreadsheet must not run one as a formula.
    private static readonly CsvWriterOptions Table = new() { Injection = CsvInjection.Escape };

    /// <summary>Writes verdicts to a CSV file atomically.</summary>
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
