using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// The mean over all values of a batch of a loss of each value, which may be weighted by slots: by the places of the values in their row.
/// </summary>
public abstract record ElementwiseLoss : ReconstructionLoss
{
    /// <summary>
    /// Gets the weight of each value of a row, in the order of the row ([C, H, W] for images): 0 or more, finite, and at least one above
    /// 0. The loss is then the sum of weight times loss over all values, divided by the sum of the weights and the number of rows, so that
    /// equal weights make no difference. The list is copied. Null, unless set, for equal weights.
    /// </summary>
    public IReadOnlyList<float>? SlotWeights { get; init => field = ValueList<float>.Of(value); }

    /// <inheritdoc/>
    public override Tensor Compute(Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        var shape = output.shape;
        if (!shape.AsSpan().SequenceEqual(target.shape))
            throw new ArgumentException(
                $"The output is {Text(shape)} and the target {Text(target.shape)}; they must be alike.", nameof(output));
        if (SlotWeights is null)
            return Mean(output, target);
        using var scope = NewDisposeScope();
        var rows = CheckedElements(output, target).flatten(1);
        CheckSize((int)rows.shape[1]);
        // Divided before the sum over the values, which then is as small as the losses.
        var total = SlotWeights.Sum(weight => (double)weight);
        double[] shares = [.. SlotWeights.Select(weight => weight / total)];
        return rows.matmul(ComputeDevice.Send(tensor(shares, rows.dtype), rows.device)).mean().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void Check(int? size)
    {
        if (SlotWeights is null)
            return;
        foreach (var (slot, weight) in SlotWeights.Index().Where(entry => entry.Item is not (>= 0 and <= float.MaxValue)))
            Require(false, weight, $"0 or more and finite: slot {slot} has {weight}", nameof(SlotWeights));
        Require(SlotWeights.Any(weight => weight > 0), SlotWeights.Count, "above 0 in at least one slot", nameof(SlotWeights));
        if (size is { } values)
            CheckSize(values);
    }

    /// <summary>Computes the loss of each value.</summary>
    /// <param name="output">The output of the network, float32 [N, ...].</param>
    /// <param name="target">The values that it should give, of the same shape.</param>
    /// <returns>The losses, float32, of the same shape again; a gradient goes through them.</returns>
    protected abstract Tensor Elements(Tensor output, Tensor target);

    /// <summary>Computes the mean over all values, by one call where libtorch has it.</summary>
    private protected virtual Tensor Mean(Tensor output, Tensor target)
    {
        using var scope = NewDisposeScope();
        return CheckedElements(output, target).mean().MoveToOuterDisposeScope();
    }

    private void CheckSize(int size)
    {
        if (size != SlotWeights!.Count)
            throw new ArgumentException(
                $"The {GetType().Name} has {SlotWeights.Count} {nameof(SlotWeights)}, and a row has {size} values:"
                + " give one weight for each.");
    }

    private Tensor CheckedElements(Tensor output, Tensor target)
    {
        var elements = Elements(output, target);
        if (elements?.shape.AsSpan().SequenceEqual(output.shape) == true)
            return elements;
        var returned = elements is null ? "null" : Text(elements.shape);
        throw new InvalidOperationException(
            $"{GetType().Name}.{nameof(Elements)} returned {returned} for values {Text(output.shape)}; it gives a number for each value.");
    }

    private static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";
}

/// <summary>The mean of the squared differences: each value's loss is (output - target)².</summary>
public sealed record MeanSquaredLoss : ElementwiseLoss
{
    internal override (Tensor Loss, Tensor? SquaredError) ComputeWithSquaredError(Tensor output, Tensor target)
    {
        var loss = Compute(output, target);
        return (loss, SlotWeights is null ? loss : null);
    }

    /// <inheritdoc/>
    protected override Tensor Elements(Tensor output, Tensor target) =>
        nn.functional.mse_loss(output, target, nn.Reduction.None);

    private protected override Tensor Mean(Tensor output, Tensor target) => nn.functional.mse_loss(output, target);
}

/// <summary>
/// The mean of the absolute differences: each value's loss is |output - target|. Large errors count less than squared, small ones more.
/// </summary>
public sealed record MeanAbsoluteLoss : ElementwiseLoss
{
    /// <inheritdoc/>
    protected override Tensor Elements(Tensor output, Tensor target) =>
        nn.functional.l1_loss(output, target, nn.Reduction.None);

    private protected override Tensor Mean(Tensor output, Tensor target) => nn.functional.l1_loss(output, target);
}

/// <summary>
/// The loss of Huber 1964 (Robust estimation of a location parameter, Annals of Mathematical Statistics 35), as PyTorch's HuberLoss
/// has it: squared for small differences d, d²/2 up to <see cref="Delta"/>, and linear beyond, Delta (|d| - Delta/2), so that single
/// values that are far off count less than squared.
/// </summary>
public sealed record HuberLoss : ElementwiseLoss
{
    /// <summary>Gets the difference, above 0 and finite, up to which the loss is squared, in units of the values; 1 unless set.</summary>
    public double Delta { get; init; } = 1;

    /// <inheritdoc/>
    public override void Check(int? size)
    {
        base.Check(size);
        Require(Delta is > 0 and <= float.MaxValue, Delta, "above 0 and finite in single precision");
    }

    /// <inheritdoc/>
    protected override Tensor Elements(Tensor output, Tensor target) =>
        nn.functional.huber_loss(output, target, Delta, nn.Reduction.None);

    private protected override Tensor Mean(Tensor output, Tensor target) => nn.functional.huber_loss(output, target, Delta);
}

/// <summary>
/// The binary cross-entropy, for values that are probabilities or shares: each value's loss is -(target ln(output) + (1 - target)
/// ln(1 - output)). As in PyTorch's BCELoss no logarithm is less than -100.
/// </summary>
/// <remarks>
/// The output must be in [0, 1], as that of a sigmoid is: beyond, the loss is NaN and the training ends with an exception that says so.
/// Targets are in [0, 1], too. The least loss of a target between 0 and 1 is above 0: its entropy.
/// </remarks>
public sealed record BinaryCrossEntropyLoss : ElementwiseLoss
{
    internal override bool NeedsUnitRange => true;

    internal override string ReasonForNaN =>
        $" {nameof(BinaryCrossEntropyLoss)} also needs outputs in [0, 1]: end the network with a sigmoid, or use another loss.";

    /// <inheritdoc/>
    protected override Tensor Elements(Tensor output, Tensor target)
    {
        // PyTorch's own ends with an exception for values outside of [0, 1], and on a GPU with the process's use of it.
        using var scope = NewDisposeScope();
        var ofOnes = target.mul(Logarithm(output));
        var ofZeros = Complement(target).mul(Logarithm(Complement(output)));
        return ofOnes.Plus(ofZeros).neg().MoveToOuterDisposeScope();
    }

    private static Tensor Complement(Tensor share) => share.neg().Plus(1);

    /// <summary>Computes ln(x), -100 at least. At 0, where a sigmoid has no gradient left, it has none either, not infinity.</summary>
    private static Tensor Logarithm(Tensor share)
    {
        var isZero = share.logical_not();
        return share.MaskedFill(isZero, 1).log().Clamp(-100, double.PositiveInfinity).MaskedFill(isZero, -100);
    }
}
