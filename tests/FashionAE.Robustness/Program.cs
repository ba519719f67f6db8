using System.Text;
using FashionAE.Robustness;

// usage: FashionAE.Robustness KIND SEED FIRST COUNT [FOLDER]
// Reads files of a kind, each altered according to the number of the case and the seed. Prints every case before it begins, and then its
// outcome: refused, same, other (if the file has data without a checksum), fault, or memory, which ends the process. If FOLDER is set, the
// altered files stay there for inspection.
var (kind, seed, first, count) = (args[0], int.Parse(args[1]), int.Parse(args[2]), int.Parse(args[3]));
var folder = args.Length > 4 ? Directory.CreateDirectory(args[4]).FullName : Directory.CreateTempSubdirectory("fashionae-robustness-").FullName;
const long MostMemory = 1L << 30;
// A reader may also write to the console.
using var reports = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
Console.SetOut(TextWriter.Null);
try
{
    var target = Target.Create(kind, folder);
    target.Prepare();
    var expected = target.Read();
    if (target.Read() != expected)
        throw new InvalidOperationException($"Reading an unaltered file of the kind {kind} twice returned different results.");
    var peak = PeakMemory();
    Report("ready");
    for (var number = first; number < first + count; number++)
    {
        // Collect garbage of earlier cases, so that it does not count for this case.
        if (number % 16 == 0)
            GC.Collect();
        Report($"case {number}");
        target.Alter(new Random(unchecked(seed * 1_000_003 + number)));
        var outcome = Outcome(target, expected);
        // Garbage does not count, because the program can reuse this memory.
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
#pragma warning disable CA1031 // Any exception can be a fault.
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

// Gets the peak memory of the process in bytes.
static long PeakMemory() => 1024 * long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ')[^2]);
