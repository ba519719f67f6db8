using static TorchSharp.torch;

namespace FashionAE.Torch.Training;

/// <summary>
/// The examples of an epoch in random order. Example e is image e modulo the number of images; the first round are the originals, the
/// rounds after it their changed copies.
/// </summary>
internal sealed class ExampleOrder
{
    private readonly int _images;
    private readonly long[] _examples;

    public ExampleOrder(int images, int copies, Generator generator)
    {
        using var permutation = randperm((long)images * (copies + 1), generator: generator);
        (_images, _examples) = (images, permutation.data<long>().ToArray());
    }

    public long Count => _examples.Length;

    /// <summary>The images from one place of the order to another, originals first.</summary>
    public (long[] Images, int Originals) Batch(long start, long end)
    {
        var examples = _examples.AsSpan((int)start, (int)(end - start));
        var images = new long[examples.Length];
        var (front, back) = (0, images.Length);
        foreach (var example in examples)
            images[example < _images ? front++ : --back] = example % _images;
        return (images, front);
    }
}
