using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>The examples in a view: in memory where they fit, else read anew in every epoch.</summary>
internal sealed class ViewExamples : IDisposable
{
    private readonly Tensor[] _tensors;

    private ViewExamples(TrainingExamples examples, string description, params Tensor[] tensors) =>
        (Examples, Description, _tensors) = (examples, description, tensors);

    public TrainingExamples Examples { get; }

    /// <summary>Where the examples are, for the log.</summary>
    public string Description { get; }

    public bool InMemory => _tensors.Length > 0;

    /// <summary>Reads the view once, and keeps its images if their bytes are few enough.</summary>
    /// <exception cref="InvalidOperationException">The view is empty, or a pixel is no number in [0, 1].</exception>
    public static ViewExamples Read(ImageRows rows, long maximumMemory, int shuffleBufferSize, CancellationToken cancellationToken)
    {
        PixelStore[] stores = rows.HasTargets ? [new(rows.Shape), new(rows.Shape)] : [new(rows.Shape)];
        var (count, fits) = (0L, true);
        foreach (var (row, input, target) in rows.Enumerate())
        {
            cancellationToken.ThrowIfCancellationRequested();
            count = row + 1;
            if (!fits)
                continue;
            stores[0].Add(input);
            if (rows.HasTargets)
                stores[1].Add(target);
            // Indices of images in memory are 32 bits wide.
            fits = stores.Sum(store => store.Size) <= maximumMemory && count < int.MaxValue;
            if (!fits)
                Array.ForEach(stores, store => store.Clear());
        }
        if (count == 0)
            throw new InvalidOperationException($"{rows.Name} has 0 instances, aborting training.");
        if (!fits)
        {
            var held = Math.Min(shuffleBufferSize, maximumMemory / StreamedExamples.BytesPerImage(rows));
            var streamed = new StreamedExamples(rows, count, Math.Max(2, (int)held));
            return new ViewExamples(
                streamed,
                $"{count} {rows.Shape.Description}, read anew in every epoch and shuffled {streamed.BufferSize} at a time: "
                + $"they do not fit in {maximumMemory} bytes of MaximumMemoryInBytes");
        }
        var kind = stores[0].IsBytes ? "bytes" : "float32";
        var tensors = Array.ConvertAll(stores, store => store.Take().DetachFromDisposeScope());
        return new ViewExamples(
            new TensorExamples(tensors[0], tensors.ElementAtOrDefault(1)),
            $"{count} {rows.Shape.Description}, in memory as {kind}", tensors);
    }

    public void Dispose()
    {
        Examples.Dispose();
        foreach (var tensor in _tensors)
            tensor.Dispose();
    }
}
