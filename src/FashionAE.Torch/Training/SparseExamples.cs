using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Holds vectors in memory that are mostly zeros. Each batch is expanded to all slots when it is read.</summary>
internal sealed class SparseExamples : TrainingExamples
{
    private readonly SparseRows _inputs;
    private readonly SparseRows? _targets;
    private readonly ExampleRows _rows;

    /// <param name="inputs">The vectors that the model sees.</param>
    /// <param name="targets">The vectors to reconstruct, of the same number and length; null for the inputs themselves.</param>
    public SparseExamples(SparseRows inputs, SparseRows? targets = null)
        : this(inputs, targets, new ExampleRows(inputs.Count))
    {
    }

    private SparseExamples(SparseRows inputs, SparseRows? targets, ExampleRows rows) =>
        (_inputs, _targets, _rows) = (inputs, targets, rows);

    public override InputShape Shape => InputShape.Vector(_inputs.Length);

    public override long Count => _rows.Count;

    public override string Description => $"{Count} sparse vectors, hash {Hash(_inputs):x16}"
        + (_targets is null ? "" : $", of targets {Hash(_targets):x16}");

    public override IEnumerable<TrainingBatch> Shuffled(int copies, int batchSize, Generator generator, Device device) =>
        _rows.Shuffled(copies, batchSize, CountBatches(copies, batchSize), generator).Select(b => Batch(b.Rows, b.Originals, device));

    public override IEnumerable<TrainingBatch> InOrder(int batchSize, Device device) =>
        _rows.InOrder(batchSize).Select(b => Batch(b.Rows, b.Originals, device));

    public override (TrainingExamples Remaining, TrainingExamples HeldOut) Split(double fraction, int seed)
    {
        var (remaining, heldOut) = _rows.Split(CountHeldOut(fraction), seed);
        return (new SparseExamples(_inputs, _targets, remaining), new SparseExamples(_inputs, _targets, heldOut));
    }

    private TrainingBatch Batch(long[] rows, int originals, Device device)
    {
        var input = Dense(_inputs, rows, device);
        return new TrainingBatch(input, _targets is null ? input : Dense(_targets, rows, device), originals);
    }

    private static Tensor Dense(SparseRows all, long[] rows, Device device)
    {
        var batch = empty(rows.Length, all.Length);
        // A span can hold at most 2 GiB.
        var most = Math.Max(1, int.MaxValue / sizeof(float) / all.Length);
        for (var first = 0; first < rows.Length; first += most)
        {
            using var part = batch.narrow(0, first, Math.Min(most, rows.Length - first));
            var values = MemoryMarshal.Cast<byte, float>(part.bytes);
            for (var i = 0; i < part.shape[0]; i++)
                all.CopyTo(rows[first + i], values.Slice(i * all.Length, all.Length));
        }
        return ComputeDevice.Send(batch, device);
    }

    private ulong Hash(SparseRows all)
    {
        var hash = (ulong)all.Length;
        for (var i = 0; i < Count; i++)
            hash = all.Hash(_rows.Chosen?[i] ?? i, hash);
        return hash;
    }
}
