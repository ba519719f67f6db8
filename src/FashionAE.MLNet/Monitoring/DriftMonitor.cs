using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>
/// Compares the rows that a model scores, window by window, with rows as they were at its training: the score by the test of Kolmogorov
/// and Smirnov, latent vectors by the energy distance. A window begins when the one before is full.
/// </summary>
/// <remarks>
/// It can be used by several threads at once. The call that fills a window compares it, which takes some milliseconds to a tenth of a
/// second; other threads go on meanwhile. It holds the model until it is disposed, also where the model itself is disposed before.
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

    /// <param name="reference">What rows are compared with.</param>
    /// <param name="codeSize">The length of a latent vector.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="score">Adds the columns of <see cref="ScoredRows"/> to a view.</param>
    /// <param name="owner">What is disposed with the monitor.</param>
    internal DriftMonitor(
        DriftReference reference, int codeSize, DriftOptions options, Func<IDataView, IDataView> score, IDisposable owner)
    {
        (_reference, _codeSize, _options, _score, _owner) = (reference, codeSize, options, score, owner);
        _slots = new CodeSlots(reference.Codes, codeSize);
        _filling = new DriftWindow(1, options.Window, codeSize);
    }

    /// <summary>Gets what was found in the last window that is full; null before there is one.</summary>
    public DriftReport? Report
    {
        get
        {
            lock (_gate)
                return _report;
        }
    }

    /// <summary>Gets a value indicating whether something has changed in the last window that is full.</summary>
    public bool IsAlarm => Report?.IsAlarm == true;

    /// <summary>Adds a row, as the model has scored it.</summary>
    /// <param name="code">The latent vector.</param>
    /// <param name="score">
    /// The score: of a detector of anomalies its Score, of another autoencoder the mean squared error, as the column of
    /// <see cref="AutoencoderEstimator.Options.MseColumnName"/> has it.
    /// </param>
    /// <returns>What was found in the window that the row fills; null where it fills none.</returns>
    /// <exception cref="ArgumentException">The latent vector has another length than those of the model.</exception>
    public DriftReport? Observe(ReadOnlySpan<float> code, float score)
    {
        if (code.Length != _codeSize)
            throw new ArgumentException($"The code has {code.Length} numbers; latent vectors of the model have {_codeSize}.", nameof(code));
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
            // Another thread may have been faster with a later window.
            if (_report is null || _report.Window < report.Window)
                _report = report;
        }
        return report;
    }

    /// <summary>Scores the rows of a view, and adds them.</summary>
    /// <param name="rows">A view with the columns that the model reads; one that the model has scored has them too.</param>
    /// <returns>What was found in each of the windows that the rows fill.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type or size.</exception>
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

    /// <summary>Frees the model, unless others hold it too.</summary>
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
    /// Computes how much more distances of permutations count, such that the reference counts as half as many latent vectors: where nothing
    /// has changed, a distance is proportional to 1/n + 1/m. All windows have one reference, and where that is an unusual one, exact tests
    /// would give more false alarms in all of them.
    /// </summary>
    private double Caution(int rows)
    {
        var (now, then) = (1.0 / Math.Min(rows, EnergyTest.MostVectors), (double)_codeSize / _reference.Codes.Length);
        return (now + 2 * then) / (now + then);
    }
}
