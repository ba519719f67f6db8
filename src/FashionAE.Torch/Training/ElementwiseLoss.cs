using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Base class for losses that are the mean of a loss for each value. A weight can be set for each slot (each position in a row).
/// </summary>
public abstract record ElementwiseLoss : ReconstructionLoss
{
    /// <summary>
    /// Gets the weight of each slot of a row, in the order of the row ([C, H, W] for images). The loss is the weighted mean: the sum of
    /// weight times loss over all values, divided by the sum of the weights and by the number of rows. Equal weights have no effect. Each
    /// weight must be finite and 0 or more, and at least one above 0. The list is copied. The default is null, for equal weights.
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
                $"The output has the shape {Text(shape)} and the target {Text(target.shape)}: they must be equal.", nameof(output));
        if (SlotWeights is null)
            return Mean(output, target);
        using var scope = NewDisposeScope();
        var rows = CheckedElements(output, target).flatten(1);
        CheckSize((int)rows.shape[1]);
        // The weights are divided by their sum first, so that no intermediate sum is much larger than the losses.
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
    /// <param name="target">The target values, of the same shape.</param>
    /// <returns>The losses, float32, of the same shape, with a gradient.</returns>
    protected abstract Tensor Elements(Tensor output, Tensor target);

    /// <summary>
    /// Computes the mean over all values. Override it to use a function of libtorch that computes the losses and their mean.
    /// </summary>
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
                + " set one weight for each value.");
    }

    private Tensor CheckedElements(Tensor output, Tensor target)
    {
        var elements = Elements(output, target);
        if (elements?.shape.AsSpan().SequenceEqual(output.shape) == true)
            return elements;
        var returned = elements is null ? "null" : Text(elements.shape);
        throw new InvalidOperationException(
            $"{GetType().Name}.{nameof(Elements)} returned {returned} for {Text(output.shape)}: it must return one loss for each value.");
    }

    private static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";
}

/// <summary>Computes the mean squared error. The loss of each value is (output - target)².</summary>
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
/// Computes the mean absolute error. The loss of each value is |output - target|. Compared with the squared error, large errors count less
/// and small errors more.
/// </summary>
public sealed record MeanAbsoluteLoss : ElementwiseLoss
{
    /// <inheritdoc/>
    protected override Tensor Elements(Tensor output, Tensor target) =>
        nn.functional.l1_loss(output, target, nn.Reduction.None);

    private protected override Tensor Mean(Tensor output, Tensor target) => nn.functional.l1_loss(output, target);
}

/// <summary>
/// Computes the Huber loss (Huber 1964, Robust estimation of a location parameter, Annals of Mathematical Statistics 35), like PyTorch's
/// HuberLoss. The loss of a difference d is d²/2 if |d| is at most <see cref="Delta"/>, and Delta (|d| - Delta/2) otherwise. Outliers
/// therefore count less than in the squared error.
/// </summary>
public sealed record HuberLoss : ElementwiseLoss
{
    /// <summary>
    /// Gets the largest absolute difference whose loss is quadratic, above 0 and finite, in the unit of the values. The default is 1.
    /// </summary>
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
/// Computes the binary cross-entropy, for values that are probabilities or fractions. The loss of each value is -(target ln(output) + (1 -
/// target) ln(1 - output)). As in PyTorch's BCELoss, logarithms below -100 are replaced by -100.
/// </summary>
/// <remarks>
/// Outputs must be in [0, 1], like those of a sigmoid. Otherwise the loss is NaN, and training ends with an exception that states this
/// reason. Targets must be in [0, 1] too. For a target between 0 and 1, the lowest possible loss is above 0: the entropy of the target.
/// </remarks>
public sealed record BinaryCrossEntropyLoss : ElementwiseLoss
{
    internal override bool NeedsUnitRange => true;

    internal override string ReasonForNaN =>
        $" {nameof(BinaryCrossEntropyLoss)} also needs outputs in [0, 1]: end the network with a sigmoid, or use another loss.";

    /// <inheritdoc/>
    protected override Tensor Elements(Tensor output, Tensor target)
    {
        // PyTorch's function throws for values outside [0, 1]. On a GPU its failure also makes CUDA unusable for the process.
        using var scope = NewDisposeScope();
        var ofOnes = target.mul(Logarithm(output));
        var ofZeros = Complement(target).mul(Logarithm(Complement(output)));
        return ofOnes.Plus(ofZeros).neg().MoveToOuterDisposeScope();
    }

    private static Tensor Complement(Tensor share) => share.neg().Plus(1);

    /// <summary>
    /// Computes ln(x), at least -100. At 0 the gradient is 0 instead of infinite, because a sigmoid has no gradient there.
    /// </summary>
    private static Tensor Logarithm(Tensor share)
    {
        var isZero = share.logical_not();
        return share.MaskedFill(isZero, 1).log().Clamp(-100, double.PositiveInfinity).MaskedFill(isZero, -100);
    }
}
