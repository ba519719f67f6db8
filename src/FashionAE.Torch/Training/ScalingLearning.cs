using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Learns how a <see cref="VectorAutoencoder"/> scales the slots of vectors, in one pass over what it will be trained on, batch by batch
/// in memory that does not grow with the number of rows. Inputs and targets are scaled alike where they are the same vectors.
/// </summary>
internal static class ScalingLearning
{
    // Values of a batch that stay in the processor's cache; of long vectors, rows enough not to pay for each one.
    private const int BatchValues = 1 << 16;
    private const int FewestRows = 8;
    private const int MostRows = 4096;

    /// <summary>Learns it for a network that has not learned it before.</summary>
    /// <exception cref="ArgumentException">
    /// A slot has no value in any row, or one that is infinite or NaN where those are refused.
    /// </exception>
    /// <exception cref="InvalidOperationException">A part is frozen, which its scaling belongs to.</exception>
    public static void Learn(
        Autoencoder model, TrainingExamples examples, int seed, FrozenPart frozen, CancellationToken cancellationToken)
    {
        if (model is not VectorAutoencoder { Scaling: { HasLearned: false } scaling, Unscaling: { } unscaling }
            || model.Architecture is not VectorArchitecture architecture)
            return;
        if (frozen != FrozenPart.None)
            throw new InvalidOperationException(
                $"FrozenPart is {frozen}, but the network has not learned yet how it scales vectors: train it with None first.");
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var length = examples.Shape.Size;
        SlotStatistics Statistics(bool ofTargets) => new(architecture, ofTargets, examples.Count, seed);
        using var ofTargets = Statistics(ofTargets: true);
        SlotStatistics? ofInputs = null;
        try
        {
            foreach (var batch in examples.InOrder(Math.Clamp(BatchValues / length, FewestRows, MostRows), CPU))
            {
                using var step = NewDisposeScope();
                // The training ends before its first step.
                if (cancellationToken.IsCancellationRequested)
                    return;
                ofTargets.Add(batch.Target);
                if (ReferenceEquals(batch.Input, batch.Target))
                    continue;
                ofInputs ??= Statistics(ofTargets: false);
                ofInputs.Add(batch.Input);
            }
            Put(ofTargets.Finish(), unscaling);
            Put((ofInputs ?? ofTargets).Finish(), scaling);
        }
        finally
        {
            ofInputs?.Dispose();
        }
        scaling.get_buffer(ScalingLayer.RowsName)!.copy_(tensor(examples.Count));
    }

    private static void Put((float[] Offsets, float[] Scales) learned, ScalingLayer layer)
    {
        layer.Offset.copy_(tensor(learned.Offsets));
        layer.Scale.copy_(tensor(learned.Scales));
    }
}

/// <summary>Every value of a slot is missing.</summary>
internal sealed class EmptySlotException(int slot, bool isOfTargets)
    : ArgumentException($"Slot {slot} has no value in any row that is learned from: leave it out.")
{
    public int Slot => slot;

    public bool IsOfTargets => isOfTargets;
}
