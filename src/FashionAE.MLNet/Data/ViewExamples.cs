using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>Provides the examples of a view: from memory if they fit, otherwise by reading the view in each epoch.</summary>
internal sealed class ViewExamples : IDisposable
{
    // Data counts as sparse if it has many slots and few values, like hashed text and categories. A table of a few columns that are often
    // zero does not.
    private const int ManySlots = 100;
    private const double FewValues = 0.05;

    private readonly Tensor[] _tensors;

    private ViewExamples(TrainingExamples examples, string description, params Tensor[] tensors) =>
        (Examples, Description, _tensors) = (examples, description, tensors);

    public TrainingExamples Examples { get; }

    /// <summary>Gets a description of how the examples are stored, for the log.</summary>
    public string Description { get; }

    public bool InMemory => Examples is not StreamedExamples;

    /// <summary>Gets a value indicating whether only few slots of the vectors are set.</summary>
    public bool IsSparse { get; private init; }

    /// <summary>Reads the view once, and keeps its images if they fit in the maximum memory.</summary>
    /// <exception cref="InvalidOperationException">The view is empty, or a value is invalid.</exception>
    public static ViewExamples Read(ImageRows rows, long maximumMemory, int shuffleBufferSize, CancellationToken cancellationToken)
    {
        var columns = rows.HasTargets ? 2 : 1;
        PixelStore[] stores = [.. Enumerable.Range(0, columns).Select(_ => new PixelStore(rows.Shape))];
        SparseRows[] sparse = [.. Enumerable.Range(0, columns).Select(_ => new SparseRows(rows.Shape.Size))];
        var (count, fits, isSparse, largestRow) = (0L, true, false, 0L);
        var dense = new float[rows.Shape.Size];
        foreach (var (row, input, target) in rows.Enumerate())
        {
            cancellationToken.ThrowIfCancellationRequested();
            count = row + 1;
            largestRow = Math.Max(largestRow, StreamedExamples.BytesOf(input) + StreamedExamples.BytesOf(target));
            // The first row decides whether rows are stored as sparse. A sparse column may contain dense rows, but rarely starts with one.
            isSparse |= row == 0 && !(input.IsDense && target.IsDense);
            if (!fits)
                continue;
            for (var i = 0; i < columns; i++)
            {
                var values = i == 0 ? input : target;
                if (isSparse)
                    sparse[i].Add(values.GetIndices(), values.GetValues());
                else
                    stores[i].Add(Dense(values, dense));
            }
            // Images in memory have 32-bit indices.
            fits = stores.Sum(store => store.Size) + sparse.Sum(store => store.Size) <= maximumMemory && count < int.MaxValue;
            if (!fits)
            {
                Array.ForEach(stores, store => store.Clear());
                Array.ForEach(sparse, store => store.Clear());
            }
        }
        if (count == 0)
            throw new InvalidOperationException($"{rows.Name} has 0 instances, aborting training.");
        if (!fits)
        {
            var held = Math.Min(shuffleBufferSize, maximumMemory / largestRow);
            var streamed = new StreamedExamples(rows, count, Math.Max(2, (int)held));
            return new ViewExamples(
                streamed,
                $"{count} {rows.Shape.Description}, read from the view in each epoch and shuffled {streamed.BufferSize} at a time: "
                + $"they do not fit in {maximumMemory} bytes of MaximumMemoryInBytes");
        }
        if (isSparse)
            return new ViewExamples(
                new SparseExamples(sparse[0], sparse.ElementAtOrDefault(1)),
                $"{count} {rows.Shape.Description}, in memory as sparse rows, {sparse.Sum(store => store.ValueCount)} values")
            {
                IsSparse = rows.Shape.Size >= ManySlots && sparse[0].ValueCount < FewValues * count * rows.Shape.Size,
            };
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

    private static ReadOnlySpan<float> Dense(in VBuffer<float> row, float[] scratch)
    {
        if (row.IsDense)
            return row.GetValues();
        row.CopyTo(scratch);
        return scratch;
    }
}
