namespace FashionAE.MLNet;

/// <summary>The rows that a drift monitor compares together.</summary>
/// <param name="number">The number of the window.</param>
/// <param name="length">The number of rows in a full window.</param>
/// <param name="codeSize">The length of a latent vector.</param>
internal sealed class DriftWindow(long number, int length, int codeSize)
{
    private readonly float[] _scores = new float[length];
    private readonly float[] _codes = new float[length * codeSize];
    private int _count;
    private int _codeCount;

    public long Number => number;

    /// <summary>Gets the latent vectors of the rows that have one.</summary>
    public ReadOnlySpan<float> Codes => _codes.AsSpan(0, _codeCount * codeSize);

    /// <summary>Adds a row.</summary>
    /// <returns>Whether the window is full.</returns>
    public bool Add(ReadOnlySpan<float> code, float score)
    {
        var isMissing = !float.IsFinite(score) || FiniteValues.IndexOfOther(code, masksMissing: false) >= 0;
        // A row without a score counts as the most unusual one, as in a detector.
        _scores[_count++] = isMissing ? float.PositiveInfinity : score;
        if (!isMissing)
            code.CopyTo(_codes.AsSpan(_codeCount++ * codeSize));
        return _count == length;
    }

    public float[] SortedScores()
    {
        Array.Sort(_scores);
        return _scores;
    }
}
