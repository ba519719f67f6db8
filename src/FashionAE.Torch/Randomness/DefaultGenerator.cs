using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// The owner of torch's default generator, of which a process has one. FashionAE draws from other generators. Code of a user, such as
/// a network with torch's layers, can only draw from the default one: it runs here, so that nothing else in FashionAE draws meanwhile, and
/// each run is given a seed, so that its numbers do not depend on earlier ones.
/// A seed is set under the generator's own lock, unlike a saved state: code that draws beside it gets other numbers, but no torn ones.
/// </summary>
internal static class DefaultGenerator
{
    private static readonly Lock Turn = new();

    /// <summary>Runs what draws from the default generator, or may draw.</summary>
    /// <param name="seed">The seed of its numbers; null to leave the generator as it is.</param>
    /// <param name="draw">The code. It must not wait for another thread that comes here.</param>
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
