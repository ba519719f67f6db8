using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Learns how a <see cref="VectorAutoencoder"/> scales the slots of vectors, in one pass over the training examples. The examples are read
/// batch by batch, so memory use does not grow with the number of rows. Inputs and targets have the same scaling if they are the same
/// vectors.
/// </summary>
internal static class ScalingLearning
{
    // A batch of this size stays in the processor's cache. The minimum number of rows spreads the fixed cost of a batch over several long
    // vectors.
    private const int BatchValues = 1 << 16;
    private const int FewestRows = 8;
    private const int MostRows = 4096;

    /// <summary>Learns the scaling of a network that has not learned it before.</summary>
    /// <exception cref="ArgumentException">
    /// A slot has no value in any row, or an infinite value, or NaN where missing values are not allowed.
    /// </exception>
    /// <exception cref="InvalidOperationException">A part is frozen although the scaling has not been learned yet.</exception>
    public static void Learn(
        Autoencoder model, TrainingExamples examples, int seed, FrozenPart frozen, CancellationToken cancellationToken)
    {
        if (model is not VectorAutoencoder { Scaling: { HasLearned: false } scaling, Unscaling: { } unscaling }
            || model.Architecture is not VectorArchitecture architecture)
            return;
        if (frozen != FrozenPart.None)
            throw new InvalidOperationException(
                $"FrozenPart is {frozen}, but the network has not learned its scaling of vectors yet: train it with None first.");
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
                // Return without a result, because the canceled training makes no step.
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

/// <summary>The exception for a slot in which every value is missing.</summary>
internal sealed class EmptySlotException(int slot, bool isOfTargets)
    : ArgumentException($"Slot {slot} has no value in any training row: remove the slot.")
{
    public int Slot => slot;

    public bool IsOfTargets => isOfTargets;
}
