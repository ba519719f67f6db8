using System.Text;
using FashionAE.Robustness;

// usage: FashionAE.Robustness KIND SEED FIRST COUNT [FOLDER]
// Reads files of a kind, each altered by its case's number and the seed. Every case is told before it begins, and its outcome after:
// refused, same, other (where a file holds data that no checksum guards), fault, or memory, which ends the process. With a FOLDER the
// altered files stay there to be looked at.
var (kind, seed, first, count) = (args[0], int.Parse(args[1]), int.Parse(args[2]), int.Parse(args[3]));
var folder = args.Length > 4 ? Directory.CreateDirectory(args[4]).FullName : Directory.CreateTempSubdirectory("fashionae-robustness-").FullName;
const long MostMemory = 1L << 30;
// What is read may write to the console too.
using var reports = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
Console.SetOut(TextWriter.Null);
try
{
    var target = Target.Create(kind, folder);
    target.Prepare();
    var expected = target.Read();
    if (target.Read() != expected)
        throw new InvalidOperationException($"A file of the kind {kind} that nobody altered is not read the same twice.");
    var peak = PeakMemory();
    Report("ready");
    for (var number = first; number < first + count; number++)
    {
        // What cases before have left for the collector is no memory of this one's.
        if (number % 16 == 0)
            GC.Collect();
        Report($"case {number}");
        target.Alter(new Random(unchecked(seed * 1_000_003 + number)));
        var outcome = Outcome(target, expected);
        // What was left for the collector is no more than a program can take again.
        if (PeakMemory() - peak > MostMemory)
        {
            Report($"memory {(PeakMemory() - peak) >> 20} MB, {outcome}");
            return 1;
        }
        Report(outcome);
    }
    return 0;
}
finally
{
    if (args.Length <= 4)
        Directory.Delete(folder, recursive: true);
}

void Report(string line) => reports.WriteLine($"@{line.ReplaceLineEndings(" | ")}");

static string Outcome(Target target, string expected)
{
    try
    {
        return target.Read() == expected ? "same" : target.MayDiffer ? "other" : "fault another result than that of the unaltered file";
    }
#pragma warning disable CA1031 // Whatever it is, it is what is looked for.
    catch (Exception e)
#pragma warning restore CA1031
    {
        var cause = target.CauseOf(e);
        return target.IsDocumented(cause) ? $"refused {Line(cause)}" : $"fault {Line(cause)} {Start(cause.StackTrace ?? "", 2000)}";
    }
}

static string Line(Exception e) =>
    $"{e.GetType().FullName}: {Start(e.Message, 400)}{(e.InnerException is { } inner ? $" < {inner.GetType().FullName}: {Start(inner.Message, 200)}" : "")}";

static string Start(string text, int length) => text.Length <= length ? text : text[..length];

// In bytes; the highest that the process has ever had.
static long PeakMemory() => 1024 * long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ')[^2]);
