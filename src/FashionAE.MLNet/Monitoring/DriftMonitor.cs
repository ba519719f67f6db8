using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>
/// Compares the rows that a model scores, window by window, with reference rows, by default from the time of its training. Scores are
/// compared by the Kolmogorov-Smirnov test, and latent vectors by the energy distance. A window begins when the previous one is full.
/// </summary>
/// <remarks>
/// Several threads can use a monitor at the same time. The call that fills a window also compares it, which lasts some milliseconds up to a
/// tenth of a second. Other threads are not blocked meanwhile. The monitor holds the model until the monitor is disposed, even if the
/// transformer is disposed earlier.
/// </remarks>
public sealed class DriftMonitor : IDisposable
{
    private readonly DriftReference _reference;
    private readonly DriftOptions _options;
    private readonly Func<IDataView, IDataView> _score;
    private readonly IDisposable _owner;
    private readonly int _codeSize;
    private readonly CodeSlots _slots;
    private readonly Lock _gate = new();
    private DriftWindow _filling;
    private DriftReport? _report;

    /// <param name="reference">The reference rows.</param>
    /// <param name="codeSize">The length of a latent vector.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="score">Adds the columns of <see cref="ScoredRows"/> to a view.</param>
    /// <param name="owner">The object that is disposed with the monitor.</param>
    internal DriftMonitor(
        DriftReference reference, int codeSize, DriftOptions options, Func<IDataView, IDataView> score, IDisposable owner)
    {
        (_reference, _codeSize, _options, _score, _owner) = (reference, codeSize, options, score, owner);
        _slots = new CodeSlots(reference.Codes, codeSize);
        _filling = new DriftWindow(1, options.Window, codeSize);
    }

    /// <summary>Gets the report on the last full window; null if no window has been full yet.</summary>
    public DriftReport? Report
    {
        get
        {
            lock (_gate)
                return _report;
        }
    }

    /// <summary>Gets a value indicating whether a change was found in the last full window.</summary>
    public bool IsAlarm => Report?.IsAlarm == true;

    /// <summary>Adds a row that the model has scored.</summary>
    /// <param name="code">The latent vector of the row.</param>
    /// <param name="score">
    /// The score of the row. For an anomaly detector, it is the value of the column Score. For any other autoencoder, it is the mean
    /// squared error, as in the column of <see cref="AutoencoderEstimator.Options.MseColumnName"/>.
    /// </param>
    /// <returns>The report on the window if the row fills it, otherwise null.</returns>
    /// <exception cref="ArgumentException">The latent vector does not have the length of the model's latent vectors.</exception>
    public DriftReport? Observe(ReadOnlySpan<float> code, float score)
    {
        if (code.Length != _codeSize)
            throw new ArgumentException($"The code has {code.Length} values, but those of the model have {_codeSize}.", nameof(code));
        DriftWindow full;
        lock (_gate)
        {
            full = _filling;
            if (!full.Add(code, score))
                return null;
            _filling = new DriftWindow(full.Number + 1, _options.Window, _codeSize);
        }
        var report = Compare(full);
        DriftTelemetry.Add(report);
        lock (_gate)
        {
            // Another thread may already have reported a later window.
            if (_report is null || _report.Window < report.Window)
                _report = report;
        }
        return report;
    }

    /// <summary>Scores the rows of a view and adds them.</summary>
    /// <param name="rows">A view with the columns that the model reads. A view that the model has scored has them, too.</param>
    /// <returns>A report on each window that the rows fill.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or has the wrong type or size.</exception>
    /// <exception cref="ObjectDisposedException">The monitor has been disposed.</exception>
    public IReadOnlyList<DriftReport> Observe(IDataView rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var reports = new List<DriftReport>();
        foreach (var (code, score) in ScoredRows.Read(_score(rows)))
            if (Observe(code.Span, score) is { } report)
                reports.Add(report);
        return reports;
    }

    /// <summary>Frees the model unless transformers share it.</summary>
    public void Dispose() => _owner.Dispose();

    private DriftReport Compare(DriftWindow window)
    {
        var seed = (int)MurmurHash.Seed(_options.Seed, window.Number);
        var scores = window.SortedScores();
        var score = KolmogorovSmirnov.Test(_reference.Scores, scores);
        var codes = window.Codes;
        var rows = codes.Length / _codeSize;
        var code = rows < DriftReference.FewestRows
            ? new EnergyTest(0, 1)
            : EnergyTest.Test(_reference.Codes, codes, _codeSize, _options.Permutations, seed, Caution(rows));
        var isCodeAlarm = code.PValue <= _options.Level;
        return new DriftReport
        {
            Window = window.Number,
            Rows = scores.Length,
            MissingRows = scores.Length - rows,
            IsScoreAlarm = score.PValue <= _options.Level,
            IsCodeAlarm = isCodeAlarm,
            ScoreStatistic = score.Statistic,
            ScorePValue = score.PValue,
            IsScoreHigher = score.IsHigher,
            MedianScoreThen = _reference.Scores[_reference.Scores.Length / 2],
            MedianScoreNow = scores[scores.Length / 2],
            CodeStatistic = code.Distance,
            CodePValue = code.PValue,
            MovedCodes = isCodeAlarm ? _slots.Moved(new CodeSlots(codes, _codeSize), _options.Level) : [],
        };
    }

    /// <summary>
    /// Computes the factor for the distances of permutations. With it, the reference counts as if it had half as many latent vectors. If
    /// nothing has changed, the expected distance of n vectors from m vectors is proportional to 1/n + 1/m. All windows are compared with
    /// the same reference. With exact tests, an unusual reference would cause more false alarms in all windows.
    /// </summary>
    private double Caution(int rows)
    {
        var (now, then) = (1.0 / Math.Min(rows, EnergyTest.MostVectors), (double)_codeSize / _reference.Codes.Length);
        return (now + 2 * then) / (now + then);
    }
}
