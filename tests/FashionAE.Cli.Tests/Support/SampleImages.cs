using FashionAE.Torch;

namespace FashionAE.Cli.Tests.Support;

/// <summary>Loads the sample of Fashion-MNIST in the output folder of the tests.</summary>
internal static class SampleImages
{
    public static ImageSet All(FashionMnistSplit split) => FashionMnist.Load(split, Path.Combine(AppContext.BaseDirectory, "sample"));

    /// <summary>Loads the four classes of the rotation study.</summary>
    public static ImageSet FourClasses(FashionMnistSplit split)
    {
        using var all = All(split);
        return all.SelectClasses("Trouser", "Dress", "Sandal", "Bag");
    }

    /// <summary>Repeats the first images of the training sample.</summary>
    public static ImageSet Repeated(int count)
    {
        using var all = All(FashionMnistSplit.Train);
        return all.Select([.. Enumerable.Range(0, count).Select(i => (long)(i % all.Count))]);
    }
}
