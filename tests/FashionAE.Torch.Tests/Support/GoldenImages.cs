using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Support;

/// <summary>The images of the Fashion-MNIST test split that belong to the recorded results.</summary>
internal static class GoldenImages
{
    private static readonly int[] Indices = [.. TestFiles.GoldenJson("images.json").EnumerateArray().Select(i => i.GetInt32())];
    private static readonly byte[] Pixels = IdxFile.Read(TestFiles.Golden("images-idx3-ubyte.gz")).Values;

    /// <summary>float32 [N, 1, 28, 28] in [0, 1].</summary>
    /// <param name="indices">The indices of the images in the whole test split.</param>
    public static Tensor Of(params IEnumerable<int> indices)
    {
        var values = new List<float>();
        foreach (var index in indices)
            values.AddRange(Pixels.AsSpan(784 * Array.IndexOf(Indices, index), 784).ToArray().Select(value => value / 255f));
        return torch.tensor(values.ToArray()).reshape(-1, 1, 28, 28);
    }
}
