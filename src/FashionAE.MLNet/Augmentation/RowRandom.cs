using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>
/// Generates random numbers that depend only on a seed, a row's id and the number of a copy, not on the order of rows, batches or threads.
/// The generator is SplitMix64 (Steele, Lea and Flood 2014).
/// </summary>
internal struct RowRandom
{
    private ulong _state;

    public RowRandom(long seed, DataViewRowId id, int copy)
    {
        _state = (ulong)seed;
        foreach (var part in (ReadOnlySpan<ulong>)[id.Low, id.High, (ulong)copy])
            _state = Next() ^ part;
    }

    /// <summary>The seed of an option, or, if that is null, a seed drawn from the context's random generator.</summary>
    public static int Seed(int? option, IHostEnvironment environment, string estimator) =>
        option ?? environment.Register(estimator).Rand.Next();

    /// <summary>Returns a uniform random number in [0, 1).</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Returns two independent random numbers with the standard normal distribution (Box and Muller 1958).</summary>
    public (double First, double Second) NextNormals()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        var (sine, cosine) = Math.SinCos(2 * Math.PI * NextDouble());
        return (radius * cosine, radius * sine);
    }

    private ulong Next()
    {
        var bits = unchecked(_state += 0x9e3779b97f4a7c15);
        bits = unchecked((bits ^ bits >> 30) * 0xbf58476d1ce4e5b9);
        bits = unchecked((bits ^ bits >> 27) * 0x94d049bb133111eb);
        return bits ^ bits >> 31;
    }
}
