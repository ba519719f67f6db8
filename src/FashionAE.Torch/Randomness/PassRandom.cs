using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// All random numbers of one pass of a training through its examples. They follow from a seed alone, so resuming needs no state of a
/// generator. Steps of all trainings in a process take turns: code of a user in them may draw from torch's default generator, which is
/// seeded anew for every step; and the threads of several steps would fight for the cores.
/// </summary>
internal sealed class PassRandom : IDisposable
{
    private readonly Generator _dropout;
    private readonly Action<Generator?> _lend;
    private readonly long? _seedOfUserCode;
    private long _steps;

    /// <param name="rank">The rank: ranks that drop the same places of different examples would learn less from them.</param>
    /// <param name="hasUserCode">Whether steps run code that may draw from torch's default generator.</param>
    /// <param name="lend">Gives dropout its generator, and null at the end, for that of torch.</param>
    public PassRandom(long seed, int rank, Device device, bool hasUserCode, Action<Generator?> lend)
    {
        var seedOfRank = (seed + rank) & long.MaxValue;
        Order = new Generator((ulong)seed);
        Noise = new Generator((ulong)seed, device);
        _dropout = new Generator((ulong)seedOfRank, device);
        _seedOfUserCode = hasUserCode ? seedOfRank : null;
        _lend = lend;
        lend(_dropout);
    }

    public Generator Order { get; }

    public Generator Noise { get; }

    /// <summary>Runs what changes a batch, passes it through the network and learns from it, while no other training does.</summary>
    public T Step<T>(Func<T> step) => DefaultGenerator.Run(_seedOfUserCode is { } seed ? MurmurHash.Seed(seed, ++_steps) : null, step);

    public void Dispose()
    {
        _lend(null);
        foreach (var generator in new[] { Order, Noise, _dropout })
            generator.Dispose();
    }
}
