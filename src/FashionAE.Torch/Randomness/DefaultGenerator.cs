using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Controls the use of torch's default generator, which the whole process shares. FashionAE itself uses other generators, except for
/// initial weights without a seed. Custom code, such as a network with torch's layers, can only use the default one. This class runs such
/// code under a lock, so that only one thread at a time draws numbers in it. If a seed is specified, the numbers do not depend on earlier
/// draws. The class sets a seed instead of restoring a saved state, because torch locks the generator while it sets a seed, but not
/// while it restores a state. Code outside FashionAE that draws at the same time thus gets different numbers, but valid ones.
/// </summary>
internal static class DefaultGenerator
{
    private static readonly Lock Turn = new();

    /// <summary>Runs code that may draw from the default generator.</summary>
    /// <param name="seed">The seed; null to leave the generator unchanged.</param>
    /// <param name="draw">The code. It must not wait for another thread that calls this method.</param>
    public static T Run<T>(long? seed, Func<T> draw)
    {
        lock (Turn)
        {
            if (seed is { } number)
                manual_seed(number).Dispose();
            return draw();
        }
    }
}
