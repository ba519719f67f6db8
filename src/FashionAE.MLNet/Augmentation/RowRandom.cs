using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>
/// Random numbers that depend on a seed, a row's id and a number of our own alone: the same for a row in whatever order, batch or thread
/// it comes. SplitMix64 (Steele, Lea and Flood 2014).
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

    /// <summary>The seed that an option gives, or one that is drawn from that of the context.</summary>
    public static int Seed(int? option, IHostEnvironment environment, string estimator) =>
        option ?? environment.Register(estimator).Rand.Next();

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Two independent numbers of the standard normal distribution (Box and Muller 1958).</summary>
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
