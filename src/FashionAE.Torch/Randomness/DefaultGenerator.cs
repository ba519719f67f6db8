using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Controls the use of torch's default generator, which is shared by the whole process. FashionAE itself uses other generators. Custom
/// code, such as a network with torch's layers, can only use the default one. It runs here with a lock, so that nothing else in FashionAE
/// draws numbers in the meantime. Each run sets a seed, so that its numbers do not depend on earlier ones. A seed is set under the
/// generator's own lock, unlike a saved state: code outside FashionAE that draws concurrently gets different numbers, but not corrupt ones.
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
