namespace FashionAE.Torch.Tests.Support;

internal static class SampleImages
{
    /// <summary>The first training images of the sample.</summary>
    public static ImageSet First(int count) => Range(0, count);

    /// <summary>Some consecutive training images of the sample.</summary>
    public static ImageSet Range(int start, int count)
    {
        using var all = FashionMnist.Load(FashionMnistSplit.Train, TestFiles.Sample);
        return all.Select([.. Enumerable.Range(start, count).Select(i => (long)i)]);
    }

    /// <summary>The four classes of the rotation study.</summary>
    public static ImageSet FourClasses(FashionMnistSplit split)
    {
        using var all = FashionMnist.Load(split, TestFiles.Sample);
        return all.SelectClasses("Trouser", "Dress", "Sandal", "Bag");
    }
}
