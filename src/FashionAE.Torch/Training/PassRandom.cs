using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// All random numbers of one pass of a training through its examples. They follow from a seed alone, so resuming needs no state of a
/// generator. Steps of all trainings in a process take turns: code of a user in them may draw from torch's default generator, which is
/// seeded anew for every step; and the threads of several steps would fight for the cores.
/// </summary>
internal sealed class PassRandom : IDisposable
{
    private readonly SeededDropout[] _dropouts;
    private readonly Generator _dropout;
    private readonly long? _seedOfUserCode;
    private long _steps;

    /// <param name="model">The network, on the device.</param>
    /// <param name="augmentation">The augmentation of the training.</param>
    /// <param name="seed">The seed of the pass.</param>
    /// <param name="rank">The rank: ranks that drop the same places of different examples would learn less from them.</param>
    /// <param name="device">The device of the training.</param>
    public PassRandom(Autoencoder model, IAugmentation? augmentation, long seed, int rank, Device device)
    {
        var seedOfRank = (seed + rank) & long.MaxValue;
        Order = new Generator((ulong)seed);
        Noise = new Generator((ulong)seed, device);
        _dropout = new Generator((ulong)seedOfRank, device);
        _dropouts = [.. model.modules().OfType<SeededDropout>()];
        foreach (var dropout in _dropouts)
            dropout.Generator = _dropout;
        _seedOfUserCode = HasUserCode(model, augmentation) ? seedOfRank : null;
    }

    /// <summary>Gets the generator of the order of examples, on the CPU.</summary>
    public Generator Order { get; }

    /// <summary>Gets the generator of the augmentation, on the device.</summary>
    public Generator Noise { get; }

    /// <summary>Runs what changes a batch, passes it through the network and learns from it, while no other training does.</summary>
    public void Step(Action step) => DefaultGenerator.Run(_seedOfUserCode is { } seed ? MurmurHash.Seed(seed, ++_steps) : null, () =>
    {
        step();
        return true;
    });

    /// <summary>Leaves dropout to torch's default generator again.</summary>
    public void Dispose()
    {
        foreach (var dropout in _dropouts)
            dropout.Generator = null;
        foreach (var generator in new[] { Order, Noise, _dropout })
            generator.Dispose();
    }

    private static bool HasUserCode(Autoencoder model, IAugmentation? augmentation) =>
        model is not (ConvolutionalAutoencoder or DenseAutoencoder) || augmentation is not (null or GaussianNoise or RandomRotation);
}
