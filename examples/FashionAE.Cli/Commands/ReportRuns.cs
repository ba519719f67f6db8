using FashionAE.Studies;
using FashionAE.Studies.Runs;

namespace FashionAE.Cli.Commands;

/// <summary>The runs of a report, at most one of a kind. It owns their models.</summary>
internal sealed class ReportRuns : IDisposable
{
    private readonly Dictionary<string, TrainedRun> _runs = [];

    public TrainedRun? Upright => _runs.GetValueOrDefault(KindOf("rotation", RotationStudy.Upright));

    public TrainedRun? Rotated => _runs.GetValueOrDefault(KindOf("rotation", RotationStudy.Rotated));

    public TrainedRun? Denoising => _runs.GetValueOrDefault(KindOf("denoising", null));

    public IReadOnlyList<Study> Studies => [.. Study.All.Where(study => _runs.Values.Any(run => run.Options.Study == study.Name))];

    /// <summary>Loads runs by their folders.</summary>
    /// <exception cref="IOException">A folder holds no finished run.</exception>
    /// <exception cref="ArgumentException">Two runs are of the same kind.</exception>
    public static ReportRuns Load(IEnumerable<string> folders)
    {
        var runs = new ReportRuns();
        try
        {
            foreach (var folder in folders)
                runs.Add(new RunFolder(folder).Load(), folder);
            return runs;
        }
        catch
        {
            runs.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var run in _runs.Values)
            run.Dispose();
    }

    private static string KindOf(string study, string? inputs) => $"{study} study" + (inputs is null ? "" : $" on {inputs} images");

    private void Add(TrainedRun run, string folder)
    {
        var kind = KindOf(run.Options.Study, run.Options.Inputs);
        if (_runs.TryAdd(kind, run))
            return;
        run.Dispose();
        throw new ArgumentException($"{folder} is a second run of the {kind}, beside {_runs[kind].Name}: a report shows one of each.");
    }
}
