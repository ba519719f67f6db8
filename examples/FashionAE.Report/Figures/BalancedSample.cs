using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Report.Figures;

/// <summary>Chooses images at random, as many of each class as there can be.</summary>
internal static class BalancedSample
{
    /// <summary>Indices of at most <paramref name="count"/> images: one of each class by turns, in the order of the labels.</summary>
    public static int[] Of(ImageSet images, int count, long seed) => [.. Turns(images, seed).Take(count).Select(i => i.Index)];

    /// <summary>Indices of some images of each class; those of a class stand together.</summary>
    public static int[] PerClass(ImageSet images, int count, long seed) =>
        [.. Turns(images, seed).TakeWhile(i => i.Turn < count).OrderBy(i => i.Label).Select(i => i.Index)];

    /// <summary>Copies the images chosen.</summary>
    public static ImageSet Select(this ImageSet images, int[] indices) => images.Select([.. indices.Select(i => (long)i)]);

    public static int[] Labels(ImageSet images) => Array.ConvertAll(images.Labels.data<long>().ToArray(), label => (int)label);

    /// <summary>The name of each image's class.</summary>
    public static string[] ClassesOf(ImageSet images) => Array.ConvertAll(Labels(images), label => images.ClassNames[label]);

    private static IEnumerable<(int Index, int Label, int Turn)> Turns(ImageSet images, long seed)
    {
        using var generator = new Generator((ulong)seed);
        using var permutation = randperm(images.Count, generator: generator);
        var labels = Labels(images);
        var taken = new int[images.ClassNames.Count];
        return permutation.data<long>().ToArray()
            .Select(i => (Index: (int)i, Label: labels[i], Turn: taken[labels[i]]++))
            .ToArray() // the turns are counted once
            .OrderBy(i => i.Turn).ThenBy(i => i.Label);
    }
}
