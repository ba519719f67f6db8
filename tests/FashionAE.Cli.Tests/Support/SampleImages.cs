using FashionAE.Torch;

namespace FashionAE.Cli.Tests.Support;

/// <summary>The sample of Fashion-MNIST that lies beside the tests.</summary>
internal static class SampleImages
{
    public static ImageSet All(FashionMnistSplit split) => FashionMnist.Load(split, Path.Combine(AppContext.BaseDirectory, "sample"));

    /// <summary>The four classes of the rotation study.</summary>
    public static ImageSet FourClasses(FashionMnistSplit split)
    {
        using var all = All(split);
        return all.SelectClasses("Trouser", "Dress", "Sandal", "Bag");
    }

    /// <summary>The first images of the training sample, again and again.</summary>
    public static ImageSet Repeated(int count)
    {
        using var all = All(FashionMnistSplit.Train);
        return all.Select([.. Enumerable.Range(0, count).Select(i => (long)(i % all.Count))]);
    }
}
