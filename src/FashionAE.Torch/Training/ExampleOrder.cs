using static TorchSharp.torch;

namespace FashionAE.Torch.Training;

/// <summary>
/// The examples of an epoch in random order, cut into batches. Example e is image e modulo the number of images; the first round
/// are the originals, the rounds after it their changed copies.
/// </summary>
internal sealed class ExampleOrder
{
    private readonly int _images;
    private readonly long[] _examples;
    private readonly int _batchSize;

    public ExampleOrder(int images, int copies, int batchSize, Generator generator)
    {
        using var permutation = randperm((long)images * (copies + 1), generator: generator);
        (_images, _examples, _batchSize) = (images, permutation.data<long>().ToArray(), batchSize);
        // Batch normalization cannot learn from one example: a last one alone joins the batch before it.
        var rest = _examples.Length % batchSize;
        Batches = _examples.Length / batchSize + (rest > 1 || _examples.Length < batchSize || (rest == 1 && batchSize == 1) ? 1 : 0);
    }

    public int Batches { get; }

    /// <summary>The images of a batch, originals first.</summary>
    public (long[] Images, int Originals) Batch(int index)
    {
        var start = index * _batchSize;
        var end = index == Batches - 1 ? _examples.Length : start + _batchSize;
        var examples = _examples.AsSpan(start, end - start);
        var images = new long[examples.Length];
        var (front, back) = (0, images.Length);
        foreach (var example in examples)
            images[example < _images ? front++ : --back] = example % _images;
        return (images, front);
    }
}
