using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Holds examples in memory. Bytes are converted to float32 batch by batch.</summary>
public sealed class TensorExamples : TrainingExamples
{
    private const int MostIndices = 1 << 20;

    private readonly Tensor _inputs;
    private readonly Tensor? _targets;
    private readonly ExampleRows _rows;
    private readonly TensorExamples? _whole;
    private readonly Lock _gate = new();
    private (Tensor Inputs, Tensor? Targets)? _onDevice;

    /// <summary>Initializes a new instance of the <see cref="TensorExamples"/> class. The caller keeps ownership of the tensors.</summary>
    /// <param name="inputs">
    /// The images that the model sees, uint8 [N, C, H, W] or float32 [N, C, H, W] in [0, 1]; or vectors, float32 [N, L].
    /// </param>
    /// <param name="targets">The values to reconstruct, of the same shape and either type; null for the inputs themselves.</param>
    /// <exception cref="ArgumentException">A tensor has an invalid type or shape.</exception>
    public TensorExamples(Tensor inputs, Tensor? targets = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        Check(inputs, nameof(inputs));
        Check(targets, nameof(targets));
        if (targets?.shape.SequenceEqual(inputs.shape) == false)
            throw new ArgumentException($"Targets {Text(targets)} must have the same shape as inputs {Text(inputs)}.", nameof(targets));
        (_inputs, _targets) = (inputs, targets);
        Shape = inputs.ndim == 2
            ? InputShape.Vector((int)inputs.shape[1])
            : new ImageShape((int)inputs.shape[1], (int)inputs.shape[2], (int)inputs.shape[3]);
        _rows = new ExampleRows(inputs.shape[0]);
    }

    private TensorExamples(TensorExamples whole, ExampleRows rows) =>
        (_whole, _inputs, _targets, _rows, Shape) = (whole, whole._inputs, whole._targets, rows, whole.Shape);

    /// <inheritdoc/>
    public override InputShape Shape { get; }

    /// <inheritdoc/>
    public override long Count => _rows.Count;

    /// <inheritdoc/>
    public override string Description
    {
        get
        {
            using var scope = NewDisposeScope();
            // Missing values are counted separately: any sum with a NaN is NaN, and would not distinguish the data.
            long CountMissing(Tensor? images) => images?.dtype == ScalarType.Float32 ? images.isnan().sum().item<long>() : 0;
            var missing = CountMissing(_inputs) + CountMissing(_targets);
            string Sum(Tensor images)
            {
                var bytes = images.dtype == ScalarType.Byte;
                var known = missing == 0 || bytes ? images : MissingValueFilling.Fill(images);
                var sums = known.flatten(1).sum(1, type: bytes ? ScalarType.Int64 : ScalarType.Float64);
                var chosen = _rows.Chosen is { } rows ? sums.index_select(0, torch.tensor(rows)) : sums;
                return bytes ? $"{chosen.sum().item<long>()}" : $"{chosen.sum().item<double>():R}";
            }

            return $"{Count} {Shape.Noun}s, sum of {(Shape.IsVector ? "values" : "pixels")} {Sum(_inputs)}"
                + (_targets is null ? "" : $", of targets {Sum(_targets)}") + (missing == 0 ? "" : $", {missing} missing");
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<TrainingBatch> Shuffled(int copies, int batchSize, Generator generator, Device device) =>
        Select(_rows.Shuffled(copies, batchSize, CountBatches(copies, batchSize), generator), batchSize, device);

    /// <inheritdoc/>
    public override IEnumerable<TrainingBatch> InOrder(int batchSize, Device device) => Select(_rows.InOrder(batchSize), batchSize, device);

    /// <inheritdoc/>
    public override (TrainingExamples Remaining, TrainingExamples HeldOut) Split(double fraction, int seed)
    {
        var (remaining, heldOut) = _rows.Split(CountHeldOut(fraction), seed);
        return (new TensorExamples(_whole ?? this, remaining), new TensorExamples(_whole ?? this, heldOut));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _onDevice?.Inputs.Dispose();
        _onDevice?.Targets?.Dispose();
        _onDevice = null;
        base.Dispose(disposing);
    }

    /// <summary>Returns the batches. The row indices of many batches are sent to the device in one transfer.</summary>
    private IEnumerable<TrainingBatch> Select(IEnumerable<(long[] Rows, int Originals)> batches, int batchSize, Device device)
    {
        foreach (var some in batches.Chunk(Math.Max(1, MostIndices / batchSize)))
        {
            // Detached, because the dispose scope of a step ends before the indices are used up.
            using var indices = ComputeDevice.Send(
                torch.tensor(some.SelectMany(batch => batch.Rows).ToArray()), device).DetachFromDisposeScope();
            var start = 0L;
            foreach (var (chosen, originals) in some)
            {
                using var index = indices.narrow(0, start, chosen.Length);
                yield return Select(index, originals, device);
                start += chosen.Length;
            }
        }
    }

    private TrainingBatch Select(Tensor index, int originals, Device device)
    {
        var (inputs, targets) = (_whole ?? this).On(device);
        Tensor Numbers(Tensor all)
        {
            using var chosen = all.index_select(0, index);
            return chosen.dtype == ScalarType.Byte ? ImageSet.ToUnitRange(chosen) : chosen.alias();
        }

        var input = Numbers(inputs);
        return new TrainingBatch(input, targets is null ? input : Numbers(targets), originals);
    }

    /// <summary>Returns all images on the device, and copies them there on the first call.</summary>
    private (Tensor Inputs, Tensor? Targets) On(Device device)
    {
        if (ComputeDevice.Has(device, _inputs))
            return (_inputs, _targets);
        // Trainings on several threads can share these examples.
        lock (_gate)
        {
            if (_onDevice is { } there && ComputeDevice.Has(device, there.Inputs))
                return there;
            Dispose(true);
            _onDevice = (_inputs.to(device).DetachFromDisposeScope(), _targets?.to(device).DetachFromDisposeScope());
            return _onDevice.Value;
        }
    }

    private static void Check(Tensor? images, string name)
    {
        if (images is not null && (images.ndim, images.dtype) is not ((2 or 4, ScalarType.Float32) or (4, ScalarType.Byte)))
            throw new ArgumentException(
                "Examples must be images [N, C, H, W], uint8 or float32, or vectors [N, L], float32, not"
                + $" {images.dtype} {Text(images)}.", name);
    }

    private static string Text(Tensor images) => $"[{string.Join(", ", images.shape)}]";
}
