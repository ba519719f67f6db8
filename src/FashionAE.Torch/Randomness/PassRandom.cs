using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Provides all random numbers for one pass of a training over its examples. They depend only on a seed and the rank, so a checkpoint needs
/// no generator state. Training steps in the same process run one at a time, for two reasons: custom code may draw from torch's default
/// generator, which is seeded before every step, and threads of several steps would compete for the cores.
/// </summary>
internal sealed class PassRandom : IDisposable
{
    private readonly Generator _dropout;
    private readonly Action<Generator?> _lend;
    private readonly long? _seedOfUserCode;
    private long _steps;

    /// <param name="seed">The seed of the pass.</param>
    /// <param name="rank">
    /// The rank. Dropout uses a different seed on each rank, because equal masks for different examples are less effective.
    /// </param>
    /// <param name="device">The device of the random numbers.</param>
    /// <param name="hasUserCode">Whether steps run code that may draw from torch's default generator.</param>
    /// <param name="lend">Sets the generator of dropout. <see cref="Dispose"/> passes null, for torch's default generator.</param>
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

    /// <summary>Runs a training step (augmentation, forward and backward pass) while no other training runs one.</summary>
    public T Step<T>(Func<T> step) => DefaultGenerator.Run(_seedOfUserCode is { } seed ? MurmurHash.Seed(seed, ++_steps) : null, step);

    public void Dispose()
    {
        _lend(null);
        foreach (var generator in new[] { Order, Noise, _dropout })
            generator.Dispose();
    }
}
